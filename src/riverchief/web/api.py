"""The API, assembled: one router per stage under /api/v1; it only grows."""

from __future__ import annotations

from ninja import NinjaAPI
from ninja.security import SessionAuth

from riverchief import __version__
from riverchief.web import errors
from riverchief.web.accounts.api import router as session
from riverchief.web.accounts.entry_api import router as entry
from riverchief.web.basin.api import router as basin
from riverchief.web.basin.cameras_api import router as cameras
from riverchief.web.basin.changes_api import router as changes
from riverchief.web.basin.landuse_api import router as landuse
from riverchief.web.basin.people_api import router as people
from riverchief.web.basin.river_api import router as rivers
from riverchief.web.cloud.air_api import router as air
from riverchief.web.cloud.api import router as cloud
from riverchief.web.cloud.dischargers_api import router as dischargers
from riverchief.web.cloud.evaluation_api import router as evaluation
from riverchief.web.govern.api import router as govern
from riverchief.web.govern.duty_api import router as duty
from riverchief.web.govern.loads_api import router as loads
from riverchief.web.govern.measures_api import router as twin_measures
from riverchief.web.govern.projects_api import router as key_projects
from riverchief.web.govern.reports_api import router as reports
from riverchief.web.govern.sheets_api import router as sheets
from riverchief.web.govern.targets_api import router as targets
from riverchief.web.govern.twin_api import router as twin
from riverchief.web.ground.api import router as ground
from riverchief.web.ground.day import router as day
from riverchief.web.ground.intake_api import router as intake
from riverchief.web.ground.ledger_api import router as ledger
from riverchief.web.ground.letters_api import router as letters
from riverchief.web.ground.meetings_api import router as meetings
from riverchief.web.ground.phone.api import router as phone
from riverchief.web.ground.rules_api import router as patrol_rules
from riverchief.web.loop.api import router as loop
from riverchief.web.messages.api import router as messages
from riverchief.web.public.api import router as public
from riverchief.web.public.office_api import router as citizens
from riverchief.web.public.open311_api import router as open311
from riverchief.web.public.open_api import router as open_data
from riverchief.web.sky.api import router as sky
from riverchief.web.today import router as today
from riverchief.web.wire import PlainText

api = NinjaAPI(
    title="riverchief 智慧河长",
    version=__version__,
    description="Rivers seen from the sky, run in the cloud, checked on the ground, governed with a twin. "
    "Times are ISO 8601 in UTC; lengths m, flows m³/s, concentrations mg/L. Errors are {code, sentence, data}.",
    auth=SessionAuth(),
    urls_namespace="api-v1",
    parser=PlainText(),
)
errors.register(api)
api.add_router("", session, tags=["session"])
api.add_router("/session", entry, tags=["session"])
api.add_router("/messages", messages, tags=["messages"])
api.add_router("", today, tags=["today"])
api.add_router("/basin", basin, tags=["basin"])
api.add_router("/basin", changes, tags=["basin"])
api.add_router("/basin", people, tags=["basin"])
api.add_router("/basin", rivers, tags=["basin"])
api.add_router("/basin", landuse, tags=["basin"])
api.add_router("/basin", cameras, tags=["basin"])
api.add_router("/cloud", cloud, tags=["cloud"])
api.add_router("/cloud", dischargers, tags=["cloud"])
api.add_router("/cloud/air", air, tags=["air"])
api.add_router("/cloud", evaluation, tags=["cloud"])
api.add_router("/sky", sky, tags=["sky"])
api.add_router("/ground", ground, tags=["ground"])
api.add_router("/ground", day, tags=["ground"])
api.add_router("/ground/phone", phone, tags=["ground"])
api.add_router("/ground", ledger, tags=["ground"])
api.add_router("/ground", letters, tags=["ground"])
api.add_router("/ground", meetings, tags=["ground"])
api.add_router("/ground", intake, tags=["ground"])
api.add_router("/ground", patrol_rules, tags=["ground"])
api.add_router("/govern", govern, tags=["govern"])
api.add_router("/govern", duty, tags=["govern"])
api.add_router("/govern", loads, tags=["govern"])
api.add_router("/govern", key_projects, tags=["govern"])
api.add_router("/govern", sheets, tags=["govern"])
api.add_router("/govern", reports, tags=["govern"])
api.add_router("/govern", targets, tags=["govern"])
api.add_router("/govern", twin, tags=["govern"])
api.add_router("/govern", twin_measures, tags=["govern"])
api.add_router("/loop", loop, tags=["loop"])
api.add_router("", citizens, tags=["citizens"])
api.add_router("/public", public, tags=["public"])
api.add_router("/open", open_data, tags=["open data"])
api.add_router("/open311/v2", open311, tags=["open311"])
