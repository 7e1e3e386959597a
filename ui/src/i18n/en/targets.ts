/** Targets and their outlook. */
export default {
  targets: {
    title: 'Targets', kind: 'Kind of target', allKinds: 'all kinds', allCounties: 'all counties',
    answer: 'Of {n} targets, {risk} are in danger: {names}.', fine: 'None of {n} targets is in danger.',
    target: 'Target', toDate: 'To date', outlook: 'Outlook', allowed: 'Still allowed', deciding: 'Decides', course: 'Course', courseOf: '{name}: its course against what is required',
    mapLabel: 'Targets on the map: the darker, the likelier; a ring marks danger', tree: 'Handed down', consistent: 'Every target is met when its parts are.', more: '{n} below',
    sense: { at_least: 'at least {value}', at_most: 'at most {value}' },
    empty: 'No target is registered. Enter one with its issuer, place, period and required value.', emptyFilter: 'No target fits these filters. Widen them.',
    issuer: 'Issued by', parent: 'Part of', period: 'Period', place: 'Place', document: 'Document', signed: 'Signed', notSigned: 'not signed yet', sign: 'Sign this target', signedNow: 'Signed.',
    fan: 'Measured so far and where it may go', required: 'required', runningMean: '{what}, mean of the period so far', levers: 'What if', leversNote: 'Move a lever: the probability is computed again with what remains of the period changed.',
    whatIf: 'With these levers', asIs: 'As it is now', record: 'The record of this outlook', noRecord: 'No outlook of this target has come due yet. Each one that is issued is kept and scored when its period ends.',
    skill: 'Skill against climatology', noSkill: 'This outlook has no proven skill: it does no better than the share of earlier periods that met the target. Read it as such.',
    lever: { scale: '{what} of the remaining days', remove: 'worst days removed', flow: 'flow of the remaining days' }, reset: 'Back to as it is',
    openPlace: 'Open the place', allowedTitle: 'What is still allowed', ofEnsemble: 'in {share} of the futures',
  },
  targetKind: { section_class: 'Class of a section', good_share: 'Share of good sections', good_days: 'Good days', good_day_share: 'Share of good days', pm25: 'PM2.5 mean', pm25_mean: 'PM2.5 mean', ecoflow: 'Ecological flow', ecoflow_rate: 'Ecological flow' },
  outlookState: { met: 'met already', likely: 'likely', open: 'open', at_risk: 'at risk', missed: 'missed for certain', no_history: 'history too short', not_enough_history: 'history too short' },
  outlook: { spoken: 'probability {value}, band {range}', range: 'band {range}' },
  reliability: {
    label: 'Forecast probability against what came', note: 'Across: what was said, in per cent. Up: how often it came. A dot is larger the more often it was said; on the line it was right.',
    bin: 'said {forecast}, came in {observed} of {n}', forecast: 'said', observed: 'came', n: 'number',
  },
}
