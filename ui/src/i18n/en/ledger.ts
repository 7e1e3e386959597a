/** The ledger: types, tables, letters, hotlines, meetings. */
export default {
  ledger: {
    type: 'Type', anyType: 'all types', noType: 'type not said', stage: 'Ledger state', anyStage: 'all', source: 'Source', anySource: 'all sources', region: 'County', anyRegion: 'all counties', from: 'Opened from', to: 'to', unassigned: 'Nobody assigned', more: 'Show another page', clear: 'Clear filters', filters: 'More filters', photos: 'Before and after', before: 'before', after: 'after', noPhotos: '—',
    figures: '{open} open, {recheck} to be checked, {closed} closed; {overdue} overdue, {unassigned} with nobody assigned.', import: 'Take in a table', monthly: 'Monthly table',
    unconfirmed: 'The catalogue of types, with severity and evidence wanted, is not confirmed.', values: 'Details', incomplete: 'Incomplete', evidenceWanted: 'Evidence wanted', verifiedBy: 'Checked by', origin: 'Number at its source', splitFrom: 'Split from', joint: 'Counties taking part', export: 'Export sealed archive', exportHint: 'The archive holds what checks it, also outside of this platform.',
    more_actions: 'In the ledger', send: 'Submit', reason: 'Reason', note: 'Note', done: 'Written.', choose: 'Choose', county: 'County', authority: 'Authority', number: 'Number', day: 'Day', fine: 'Fine (yuan)', result: 'Result', toWhom: 'Handed to', part: 'Part that becomes a case', addPart: 'Another part', where: 'Reach', at: 'Chainage (m)',
  },
  markWord: { classify: 'Say its type', join_county: 'Add a county', leave_county: 'Remove a county', add_part: 'Add my county’s part', hand_over: 'Hand over', enforcement: 'Enter a result', draft: 'Draft a letter', order: 'Draft an order', split: 'Split' },
  handedTo: { police: 'police', prosecutor: 'prosecutor', department: 'department', other: 'other' },
  ledgerStage: { open: 'open', recheck: 'to be checked', closed: 'closed', void: 'nothing to do' },
  caseSource: { alert: 'alert', finding: 'finding', walker: 'patrol', instrument: 'instrument', table: 'table', hotline: 'hotline', split: 'split', meeting: 'meeting', citizen: 'citizen' },
  wanted: { before_photo: 'photograph before', after_photo: 'photograph after', measurement: 'measurement', track: 'track', note: 'note' },
  verifier: { readings: 'next readings', flight: 'next flight', second_person: 'a second person', citizen: 'the citizen' },
  problems: {
    title: 'Take in a table of problems', lead: 'An Excel table is first checked row by row, then written at once. Under one name a number is taken once.', file: 'Choose an Excel file', template: 'Download the template', name: 'Name of the table', system: 'Coordinates', take: 'Take {n} in', looked: '{n} can be taken, {known} are there already, {bad} have faults; nothing is written yet.', took: '{n} were taken, {known} were there already, {bad} were not taken.', unread: 'Columns that are not read: {what}',
    row: 'Row', column: 'Column', fault: 'Fault', number: 'Number', whatIs: 'What', into: 'Becomes', known: 'is case {number}', fresh: 'new case', similar: 'May be the same: {numbers}', chiefUnknown: 'The person named is not in the register; it goes to the chief of the stretch', back: 'Back to the ledger', office: 'Offices take tables in.', checking: 'Checking',
  },
  system: { wgs84: 'WGS 84 / CGCS2000', gcj02: 'GCJ-02 (Amap, WeChat)' },
  letters: {
    title: 'Letters', empty: 'No letters yet. When a case is overdue, the ladder drafts one and the office issues it.', all: 'all', late: 'Only late answers', addressee: 'To', demand: 'What is asked', issue: 'Issue', answer: 'Answer', withdraw: 'Withdraw', reason: 'Why it is withdrawn', answerText: 'Answer', due: 'Answer due', issued: 'issued {time}', delivered: 'delivered {time}', notDelivered: 'not opened by its addressee yet', answered: '{who} answered {time}', withdrawn: 'withdrawn {time}: {reason}', draft: 'draft, without a number', about: 'About case', late1: 'answer late', rule: 'Days to answer: {document}', unconfirmed: 'not confirmed', state: 'State', label: 'Number', demandHint: 'What is to be done, and by when',
  },
  letterState: { drafted: 'to be issued', issued: 'waits for answer', answered: 'answered', withdrawn: 'withdrawn' },
  letterKind: { supervision_letter: 'Supervision letter', chief_order: 'Chief’s order' },
  hotlines: {
    title: 'Hotlines', empty: 'No complaints yet. Take in a hotline’s Excel table, or let it send them over the API.', hotline: 'Hotline', state: 'State', number: 'Number', theirs: 'Their clock', ours: 'Our clock', text: 'Complaint', answer: 'Answer', answerText: 'Answer', answered: 'answered {time}', noRule: 'no day given', given: 'came with it', byRule: 'by rule: {document}', similar: 'May be the same: {numbers}', download: 'Answers as Excel', import: 'Take in a hotline’s table', example: 'example, no national rule', to: 'Answer to',
  },
  handoffState: { open: 'waits for answer', overdue: 'answer late', answered: 'answered' },
  answerTo: { caller: 'caller', centre: 'hotline centre' },
  meetings: {
    title: 'Meetings and notices', meetings: 'Meetings', notices: 'Notices', empty: 'No minutes yet.', noNotices: 'No notices yet.', attendees: 'Present: {who}', decisions: 'Decided', keep: 'Keep minutes', newMeeting: 'Enter a meeting', newNotice: 'Send a notice', name: 'Title', held: 'Held', who: 'Present (with commas between)', minutes: 'Minutes', decisionsHint: 'Decisions, one a line', toCase: 'Make it a case', case: 'is a case', text: 'Text', readers: 'To', read: 'read by {n} of {of}', unread: 'not read', markRead: 'Mark as read', readAt: 'read {time}', allOf: 'everybody here: {role}', send: 'Send',
  },
}

export const ledgerKeys = {
  case_title_problem: '{note}',
  case_move_split: 'Split: {note}',
  case_move_classify: 'Type said: {type}',
  case_move_join_county: '{region} takes part: {note}',
  case_move_leave_county: '{region} takes part no longer: {note}',
  case_move_add_part: 'From {region}: {note}',
  case_move_letter_issued: 'Issued: {label}',
  case_move_letter_answered: '{label} answered: {note}',
  case_move_letter_withdrawn: '{label} withdrawn: {note}',
  case_move_hand_over: 'Handed over to {receiver} {number} ({day}): {note}',
  case_move_enforcement: 'Result: {note}, fine {fine_yuan} yuan {number} ({day})',
  case_move_hotline_answered: 'Hotline {hotline} {number} answered: {note}',
  step_letter: 'Letter {number}',
  step_handoff: 'Hotline {hotline} handed on {number}',
  step_meeting: 'Meeting: {title}',
}
