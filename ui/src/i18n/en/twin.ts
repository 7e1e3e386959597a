/** The river's twin in operation. */
export default {
  twin: {
    title: 'River twin', pages: 'Pages of the twin', page: { health: 'How it is doing', profile: 'Profile', hydrograph: 'Hydrographs', skill: 'Record' },
    asOf: 'River as of {time}, {age} old', map: 'The basin through time', mapLabel: 'Reaches by flow or class at the chosen time', shown: 'What is shown', ratio: 'Flow over its mean',
    mode: { first_guess: 'first guess', no_flow: 'no flow readings', no_level: 'no level readings', cold_start: 'cold start', late_data: 'late readings', old_forecast: 'old forecast' },
    modeWhy: {
      first_guess: 'No gauge has read anything usable: inflows are the registry’s means.', no_flow: 'No gauge has read flow in the last six hours: the river follows levels alone, or nothing.', no_level: 'No gauge has read a level in the last six hours.',
      cold_start: 'There was no state two days old to begin from: the river was filled from its inflows.', late_data: 'Readings came late: the cycle began before them.', old_forecast: 'No cycle has come to its end for an hour: what is shown is what was said then.',
    },
    step: { s0: 'below half', s1: 'below', s2: 'about the mean', s3: 'above', s4: 'two and a half times and more' },
    empty: 'The twin has not run yet. It runs every fifteen minutes once a basin is loaded; its first cycle compiles for a minute or two.',
    failed: 'The last cycle failed, what is shown is the one before. {sentence}',
    answer: '{cells} cells on {reaches} reaches, brought up to now and three days ahead in {took}.', rising: '{n} reaches will rise by more than a fifth, most of all {name}.', steady: 'No reach will rise by more than a fifth.',
    assumed: 'Assumed: the channels of {n} reaches are trapezoids from the registry’s width, depth, flow and velocity; concentrations are carried without decay.',
    gauges: 'Gauges', observed: 'Read', modelled: 'Twin', by: 'Follows', fitBy: { flow: 'follows its flow', level: 'follows its level', none: 'nothing to follow' },
    reaches: 'Reaches', reach: 'Reach', flow: 'Flow', in24: 'in 24 h', in72: 'in 72 h', depth: 'Depth', velocity: 'Velocity', room: 'Below banks', level: 'Water level', energy: 'Energy line', bank: 'Lower bank', bed: 'Bed',
    works: 'What it reckoned with', balance: 'Balance of water', inflow: 'Came in', outflow: 'Went out', stored: 'In the river', span: 'From — to', steps: 'Steps',
    cycles: 'Cycles', at: 'Time', state: 'State', stateOf: { queued: 'waiting', running: 'running', done: 'done', failed: 'failed' }, took: 'Took', tookLabel: 'Time that cycles took', memory: 'Memory', short: 'Falls short in',
    profile: 'Longitudinal profile', profileSpoken: 'Profile of {river}: {n} reaches, {length}; arrow keys move along it', profileAnswer: '{river} at {time}: {head} at its head, {end} at its end, {length}.',
    profileNote: 'Classes are those of the single value by the surface water standard, not of the section. Heights count from the lowest outlet and are assumed.', hint: 'Point at the river, or move along it with the arrow keys.',
    heightsOf: 'Heights', heights: { flat: 'heights above the bed', true: 'heights' },
    hydrograph: 'Hydrographs', allGauges: 'all gauges', noGauge: 'No station measures flow or level. Register a hydrological station with its place on the river.', noDatum: 'The station’s datum over the model is not known yet: it is learnt where level and flow are read together.',
    band: { record: 'band from the record: eight of ten came within', ensemble: 'band from 32 members whose doubt is assumed: the record is too short yet', assumed: 'band assumed: the record is too short yet' }, hydrographNote: 'Line: read. Dots: the twin, two days back and three ahead. Band: eight of ten cases.',
    skill: 'Record of forecasts', noSkill: 'No forecast has come due yet. Each is kept and scored against what gauges read later; the first lines stand here an hour after the first cycle.', skillAnswer: 'In {better} of {n} rows forecasts did better than saying that nothing changes, over the last {days} days.',
    lead: 'Ahead', pairs: 'Pairs', mae: 'Mean error', persistence: 'Nothing changes', skillOf: 'Skill', bias: 'Bias', skillNote: 'Skill is 1 minus the mean error over that of saying that nothing changes: 1 is perfect, below 0 is worse than that.',
  },
}
