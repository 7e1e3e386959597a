/** Targets and their outlook. */
export default {
  targets: {
    title: 'Targets', kind: 'Kind of target', allKinds: 'all kinds', allCounties: 'all counties',
    answer: 'Of {n} targets, {risk} are in danger: {names}.', fine: 'None of {n} targets is in danger.',
    waiting: '{n} more have no outlook yet.', target: 'Target', toDate: 'To date', outlook: 'Outlook', allowed: 'Still allowed', deciding: 'Decides', course: 'Course', courseOf: '{name}: its course against what is required',
    mapLabel: 'Targets on the map: the darker, the likelier; a ring marks danger', tree: 'Handed down', consistent: 'Every target is met when its parts are.', more: '{n} below',
    sense: { at_least: 'at least {value}', at_most: 'at most {value}', class: '{value} or better' }, days: '{n} days',
    empty: 'No target is registered. Enter one with its issuer, place, period and required value.', emptyFilter: 'No target fits these filters. Widen them.',
    itemsTitle: 'Items at the end of the period', atEnd: 'Mean at the end (80 of 100)', nHistory: 'Days of history', paper: 'The target itself', openParent: 'Open the target above',
    issuer: 'Issued by', parent: 'Part of', period: 'Period', place: 'Place', document: 'Document', signed: 'Signed', notSigned: 'not signed yet', sign: 'Sign this target', signedNow: 'Signed.',
    fan: 'Measured so far and where it may go', required: 'required', runningMean: '{what}, mean of the period so far', levers: 'What if', leversNote: 'Move a lever: the probability is computed again with what remains of the period changed.',
    whatIf: 'With these levers', asIs: 'As it is now', record: 'The record of this outlook', noRecord: 'None that was issued has come due yet; each is kept and scored when its period ends.',
    skill: 'Skill (95 % interval)', against: 'Against', reference: { climatology: 'share of earlier months that met it', own: 'the section’s own share', persistence: 'the class to date' },
    hasSkill: 'Such outlooks have proven skill: forecast again from what was known then, they beat the share of earlier months that met the target.', noSkill: 'Such outlooks have no proven skill: they do no better than the share of earlier months that met the target. Take them as no more than that.',
    nothingToTell: 'The past months all ended alike, so nothing can be proved about such outlooks here. Take them with that in mind.', notTested: 'No record yet: past months are forecast again once a month, and the result stands here.', again: '{n} forecasts of {months} past months, made again from what was known then; {met} were met; Brier score {brier}.', issued: '{n} issued outlooks have come due, {met} were met; Brier score {brier}.', skillNote: '1 is perfect, 0 no better than the reference; an interval that holds 0 proves nothing.',
    lever: { all: 'every item', scale: 'concentration of the remaining days', remove: 'worst days removed', flow: 'flow of the remaining days' }, reset: 'Back to as it is',
    openPlace: 'Open the place', allowedTitle: 'What is still allowed', ofEnsemble: 'in {share} of the futures',
  },
  targetKind: { section_class: 'Class of a section', section_share: 'Share of good sections', good_days: 'Good-air days', good_day_share: 'Share of good-air days', pm25_mean: 'PM2.5 mean', flow_share: 'Ecological flow' },
  outlookState: { met: 'met already', likely: 'likely', open: 'open', at_risk: 'at risk', missed: 'missed for certain', no_history: 'history too short', not_enough_history: 'history too short', pending: 'not computed yet' },
  outlook: { spoken: 'probability {value}, band {range}', range: 'band {range}' },
  reliability: {
    label: 'Forecast probability against what came', note: 'Across: what was said, in per cent. Up: how often it came. A dot is larger the more often it was said; on the line it was right.',
    bin: 'said {forecast}, came in {observed} of {n}', forecast: 'said', observed: 'came', n: 'number',
  },
}
