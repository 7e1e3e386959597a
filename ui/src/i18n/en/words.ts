export default {
  role: {
    system: 'System administrator', prefecture: 'Prefecture chief’s office', county: 'County chief’s office',
    department: 'Department officer', chief: 'River chief', guard: 'River guard', police: 'River police',
    citizen: 'Citizen', auditor: 'Auditor',
  },
  level: { national: 'national', provincial: 'provincial', province: 'province', city: 'city', county: 'county', township: 'township', village: 'village', prefecture: 'prefecture' },
  sectionLevel: { national: 'National section', provincial: 'Provincial section', city: 'City section', county: 'County section' },
  chiefLevel: { province: 'Provincial chief', city: 'City chief', county: 'County chief', township: 'Township chief', village: 'Village chief' },
  class: {
    of: 'Class {numeral}', none: 'Cannot be judged', label: 'Water class', target: 'target {numeral}',
    worse: 'worse than Class V', unknown: 'unknown',
  },
  kind: {
    station: 'Station', section: 'Section', outfall: 'Outfall', works: 'Sewage works', enterprise: 'Enterprise',
    intake: 'Intake', gate: 'Gate', reservoir: 'Reservoir', region: 'County', boundary: 'Inflow over the border',
    none: 'None of these', case: 'Case', alert: 'Alert', mission: 'Mission', finding: 'Finding', photo: 'Photo',
    patrol: 'Patrol', river: 'River', chief: 'Chief', reach: 'Reach', page: 'Page', target: 'Target', sheet: 'Sheet', report: 'Report', input: 'Entered number', verdict: 'Verdict',
  },
  stationKind: { water_quality: 'Water-quality station', hydrology: 'Hydrological station', outfall: 'Outfall monitor', air: 'Air station' },
  alertKind: { pollution: 'Pollution', departure: 'Unusual rise', instrument: 'Instrument', level: 'Water level', flow: 'Flow', discharge: 'Over the permit' },
  alertState: { open: 'open', closed: 'closed' },
  stationHealth: { alive: 'alive', late: 'late', silent: 'silent' },
  severity: { s1: 'ordinary', s2: 'serious', s3: 'grave' },
  caseState: {
    draft: 'Draft', reported: 'Reported', accepted: 'Accepted', dispatched: 'Dispatched', handled: 'Handled',
    verified: 'Verified', closed: 'Closed', returned: 'Returned', rejected: 'Rejected', reopened: 'Reopened',
  },
  action: {
    accept: 'Accept', dispatch: 'Dispatch', handle: 'Report as handled', verify: 'Verify',
    close: 'Close the case', return: 'Return', reject: 'Reject', reopen: 'Reopen', submit: 'Report', fail: 'Verification failed', fly_again: 'Ask for a second flight', confirm: 'Confirm closure',
  },
  missionState: { planned: 'planned', flown: 'flown', done: 'done' },
  findingState: { open: 'to be judged', case: 'made a case', dismissed: 'dismissed' },
  findingKind: { plume: 'Plume', outfall: 'Suspected outfall', colour: 'Unusual colour', waste: 'Waste on the bank', construction: 'Construction', foam: 'Foam', other: 'Other' },
  outcome: { provisional: 'provisional', confirmed: 'confirmed', reopened: 'reopened' },
  who: { platform: 'the platform' },
  flag: {
    f0: 'ok', f1: 'over range', f2: 'typed by hand', f3: 'maintenance', f4: 'calibrating', f5: 'stopped', f6: 'instrument fault',
    f7: 'communication fault', f8: 'no data', f9: 'suspect', f10: 'test', f11: 'in the future',
  },
  evidence: { photo: 'Photo', track: 'Track', note: 'Note' },
  chain: {
    frame: 'Frame', reading: 'Reading', verdict: 'Verdict', alert: 'Alert', trace: 'Trace', mission: 'Mission', photo: 'Photo',
    finding: 'Finding', case: 'Case', patrol: 'Patrol', evidence: 'Evidence', closure: 'Closure', score: 'Score',
    move: 'Step', instrument: 'Instrument', report: 'Report', input: 'Entered number', frozen: 'Official sheet',
  },
}
