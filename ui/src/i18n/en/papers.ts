/** Sheets and reports. */
export default {
  sheets: {
    title: 'Sheets', answer: '{n} sheets; {templates} of them are templates that nobody has confirmed.', empty: 'No sheet is installed.',
    banner: { example: 'This sheet is an example; it is no official basis and cannot be frozen.', template: 'A template that nobody has confirmed: it gives no points and cannot be frozen.' },
    grade: 'Grade: {grade}.', missingInputs: '{n} inputs are missing; what needs them has no points.', complete: 'All inputs are there.', noPoints: 'no points',
    noInput: 'missing', entered: 'entered by {by}, {at}', enter: 'Enter it', enterAgain: 'Enter another value', value: 'Value {unit}', why: 'Source or reason', notANumber: '“{value}” is no number.',
    fixed: 'a fixed factor', vetoed: 'A veto holds the total down.', computed: 'computed by riverchief', given: 'points given by {by}:', givePoints: 'Give points', places: 'The regions inside', rank: 'no. {n}', partial: 'of {max} that could be judged, no rank', every: { month: 'monthly', quarter: 'quarterly', year: 'yearly' },
    excel: 'Excel', download: 'Download as Excel', choose: 'Choose a filled-in file', take: 'Take {n} rows', looked: '{n} rows can be taken, {bad} cannot. Nothing has been changed yet.', took: '{n} rows were taken, {bad} were not.', row: 'Row {n}:',
    freezing: 'Official sheet', freeze: 'Freeze',
  },
  gains: {
    title: 'What would gain points', wanted: 'To gain', unit: 'points', and: '; ',
    enough: 'Now {now} points. Each of these would gain {wanted} or more, the one with the least work first:', enoughOne: 'Now {now} points. This would gain {wanted} or more:',
    beyond: '{wanted} points more are out of reach: all that can be done gains {most}, to {points}.',
    notFound: 'No way to {wanted} points more was found; the most found gains {most}, to {points}.',
    unscored: 'Nothing can be scored yet, so there is nothing to gain.', none: 'Nothing that can still be done gains points.',
    comesTo: '{gain} points, to {points}; about {days} days of work', change: '{name}: {before} → {after}', topBy: 'By this: {steps}.',
    notLeast: 'There are too many combinations to look at all of them; a smaller one may exist.',
    try: 'Try it out', steps: 'What could be done', tryHint: 'Move a slider: the sheet is evaluated with the changed figures.', tried: '{gain} points, to {points}; about {days} days of work.',
    step: 'Doing it once', ofOne: 'Gains', days: 'Days of work', times: 'How often',
    left: 'From the figures as they are now; {n} days of {period} are left, today included.', over: '{period} is over: this only shows what would have been.', note: 'Days of work are the sheet’s own estimate.',
  },
  sheetStatus: { confirmed: 'confirmed', example: 'example', template: 'template, not confirmed' },
  reports: {
    title: 'Reports', make: 'Make a report', kind: 'Kind', period: 'Period', language: 'Language', formats: 'Formats', doMake: 'Make it', made: 'Reports so far', signer: 'Signed by', byItself: 'by itself', opened: 'What it says, and what has changed', stopping: 'stopping', exports: 'Sheets for superiors:',
    progress: 'Progress', stop: 'Stop', diff: 'What differs from {against}', same: 'Nothing differs.', first: 'There is no earlier report to compare with.',
    empty: 'No report yet. Ask for one above; daily, weekly and monthly ones also come by themselves.',
  },
  reportState: { queued: 'waiting', running: 'being made', done: 'finished', failed: 'failed', stopped: 'stopped' },
  reportFormat: { docx: 'Word', xlsx: 'Excel', pdf: 'PDF' },
  reportLanguage: { zh: '中文', en: 'English' },
}
