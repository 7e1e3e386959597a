/** What can still be done, and how much outfalls may discharge. */
export default {
  measures: {
    title: 'What can still be done', begin: 'Reckon with the twin', waiting: 'The twin is reckoning; the answer comes here by itself.',
    intro: 'The twin runs the river with this incident and says what levers would do at the sections below.',
    prepared: 'Reckoned for {what} from the river at {time}.', levers: 'Levers', goals: 'Sections', before: 'Nothing done', after: 'With these', peak: 'Peak', arrival: 'Passes the limit', limit: 'Limit', never: 'does not', cost: 'Cost about {yuan} yuan',
    confirm: 'Confirm by a full run', plan: 'Find the cheapest', reset: 'Nothing', again: 'Reckon anew from the river now', kept: 'kept, {share} sure',
    confirmed: 'Confirmed by a full run at {time}', confirmedOther: 'The last full run was of another setting.',
    planned: 'Found at {time}: the cheapest that keeps every class, confirmed by a full run (runs: {runs}).', unreached: 'The target classes cannot all be met. Smallest peaks: {list}. In the way: {binding}.', use: 'Set the levers so', idle: 'Found at {time}: every class is kept with nothing done, confirmed by a full run.',
    assumed: 'Assumed: ranges and costs of levers, that they begin in an hour and hold a day, and that suspects are as the trace says.',
    kind: { reduce: 'Hold back at {name}', aerate: 'Aerate at {name}', release: 'Release from {name}', divert: 'Take into {name}', gate: 'Move gate {name}', block: 'Close gate {name}' },
  },
  capacity: {
    title: 'Capacities', answer: '{over} of {n} outfalls may discharge less than they are permitted, or discharge now where no permit is known; all together {sum} kg/d.', property: 'Pollutant', fairness: 'Shared', share: 'Low flow over the mean',
    by: { permit: 'in proportion to permits', equal: 'equally', total: 'for the largest sum' }, outfall: 'Outfall', permit: 'Permit', capacity: 'Capacity', margin: 'Margin', binding: 'Limited by', assumedMark: 'what is discharged now', none: 'No section lies below.',
    note: 'Steady low flow; a section is full when its class’s limit is reached. Assumed: water from elsewhere carries {carried} mg/L, decay {decay} per day, width and depth follow the flow. Not an allotment: no number here was confirmed by an authority.',
    empty: 'Nobody in the registry discharges this.', sections: 'Sections', target: 'Target', limit: 'Limit', background: 'Without outfalls', full: 'At capacity',
  },
}
