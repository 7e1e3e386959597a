/** Sheets and reports. */
export default {
  sheets: {
    title: 'Sheets', answer: '{n} sheets; {templates} of them are templates that nobody has confirmed.', empty: 'No sheet is installed.',
    banner: { example: 'This sheet is an example; it is no official basis and cannot be frozen.', template: 'A template that nobody has confirmed: it gives no points and cannot be frozen.' },
    grade: 'Grade: {grade}.', missingInputs: '{n} inputs are missing; what needs them has no points.', complete: 'All inputs are there.', noPoints: 'no points',
    noInput: 'missing', entered: 'entered by {by}, {at}', enter: 'Enter it', enterAgain: 'Enter another value', value: 'Value {unit}', why: 'Source or reason', notANumber: '“{value}” is no number.',
    fixed: 'a fixed factor', vetoed: 'A veto holds the total down.', computed: 'computed by riverchief', given: 'points given by {by}:', givePoints: 'Give points', places: 'The regions inside', rank: 'no. {n}', every: { month: 'monthly', quarter: 'quarterly', year: 'yearly' },
    excel: 'Excel', download: 'Download as Excel', choose: 'Choose a filled-in file', take: 'Take {n} rows', looked: '{n} rows can be taken, {bad} cannot. Nothing has been changed yet.', took: '{n} rows were taken, {bad} were not.', row: 'Row {n}:',
    freezing: 'Official sheet', freeze: 'Freeze',
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
