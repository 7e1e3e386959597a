export default {
  act: { close: 'Close' },
  m: {
    title: 'Patrol', comma: ', ', skip: 'Skip to content', language: '中文', retry: 'Try again', back: 'Back', cancel: 'Cancel', yes: 'Yes',
    noScript: 'The patrol page needs JavaScript.',
  },
  nav: { day: 'Today', walk: 'Patrol', report: 'Report', cases: 'Cases', mine: 'Me', label: 'Pages' },
  net: {
    online: 'Connected', offline: 'No signal', sending: 'Sending', allSent: 'All sent', waiting: '{n} waiting', refused: '{n} not accepted',
    signedOut: 'Sign in again', otherUser: 'Someone else is signed in', server: 'The server cannot take it now', full: 'Storage is full',
    brokenTitle: 'This browser cannot keep records', broken: 'Its storage cannot be opened ({why}). Leave private browsing, or use the phone’s own browser.',
  },
  signin: {
    title: 'Sign in', lead: 'Sign in once; after that patrols need no signal.', username: 'User name or telephone', password: 'Password', submit: 'Sign in', code: 'Code', codeHint: 'The six digits of the authenticator application, or a recovery code.', codeWrong: 'The code is wrong or was used; wait for the next one.', wrong: 'Name or password is wrong.',
    offline: 'There is no signal now, and signing in needs it.', locked: 'Too many wrong tries. Try again in a quarter of an hour.', keeps: '{n} records of {name} are still on this phone. They stay until {name} signs in again.',
    again: '{name} has to sign in again. You can go on walking without; all records stay on this phone.', ways: 'Other ways to sign in (SMS code, link, passkey)', demo: 'Users of the demo',
  },
  day: {
    hello: '{name}', noStretch: 'No stretch is yours. Start a patrol from a case, or report a problem.', never: 'Today’s duties have not been read yet; they come with the next signal.', asOf: 'Duties as of {time}',
    due: '{done} of {due} patrols done this {period}', done: 'Patrols of this {period} are done ({done})', until: 'until {day}', notBefore: 'Next own patrol not before {time}',
    asked: 'Each at least {min} min and {length}', askedNothing: 'No least time or way is asked', ruleAssumed: 'A rule to begin with, not confirmed by a local document', rule: 'Rule: {name}',
    cases: 'Cases waiting for me', noCases: 'No case is waiting.', on: 'On my stretch', nothingOn: 'Nothing is registered on this stretch.', chiefs: 'People', call: 'Call {name}', noPhone: 'no number entered', stretch: 'My stretch',
    all: 'All {n}', overdue: 'overdue', dueAt: 'by {time}', noDue: 'no deadline',
  },
  period: { day: 'day', working_day: 'working day', week: 'week', ten_days: 'ten days', month: 'month', quarter: 'quarter', half_year: 'half-year', year: 'year' },
  walk: {
    start: 'Start patrol', startCase: 'Patrol for this case', running: 'On patrol', resumed: 'Your patrol goes on; the gap in between is recorded.', walked: 'Walked {length}', lasted: '{minutes} min',
    finish: 'End patrol', finishAsk: 'End this patrol?', finishShort: 'It is short of what is asked (at least {min} min and {length}) and may not count.', finishYes: 'End it', goOn: 'Keep walking',
    coverage: 'of the stretch', photos: 'photos', gaps: 'gaps {time}', reports: 'reports', pocket: 'Pocket screen', pocketHint: 'The screen stays on but dark. Hold for two seconds to leave', pocketLeave: 'Hold to leave',
    problem: 'Problem', photo: 'Photo', noPosition: 'No position yet; go where the sky is open', denied: 'The browser does not allow positions; turn them on in its settings', silent: 'No position for {time}', accuracy: 'Position ±{m} m',
    checklist: 'Checklist', ok: 'Fine', bad: 'Problem', notLooked: 'Not seen', at: '{stake}', off: '{length} from the river', last: 'Last patrol', none: 'No patrol yet.',
    keepAwake: 'Keep this page open: in the background or with the screen locked a browser records no position, and a gap is left.', imported: 'Imported track', import: 'Import GPX or KML', importHint: 'A track of another application can be filed as a patrol (needs signal).', importDone: '{name} is imported.',
    companions: 'With me', alone: 'nobody', findPerson: 'Find', nobodyHere: 'Nobody is on the list; it is renewed with the next signal.', companyHint: 'Each names the other on their own phone, and one photo on the way shows both: then it is company. Otherwise you will be asked.', companyPhoto: 'Photo of both', companyTaken: '{n} photos of both', companyLate: 'There is no photo of both yet. Take it before you end; afterwards it proves nothing.', gapList: 'The gaps',
    saved: 'Kept on this phone', keepPhotos: 'Keep again ({n})', forCase: 'Patrol for case {number}', points: 'fixes',
  },
  check: { water_body: 'Water', surface: 'Water surface', in_stream: 'In the channel', bank: 'Banks', activity: 'What people do', outfall: 'Outfalls', sign: 'Public sign', structures: 'Structures' },
  gap: { no_signal: 'no position', hidden: 'page in the background', closed: 'page closed', denied: 'positions turned off' },
  report: {
    title: 'Report a problem', what: 'What is it', words: 'In words (optional)', wordsHint: 'Where, and what it looks like', photo: 'Photo', more: 'Another photo', voice: 'Voice', stop: 'Stop', recorded: '{n} voice notes', noVoice: 'This phone cannot record',
    severity: 'How grave', send: 'Save report', where: 'Where', noPlace: 'No position yet. Wait under open sky, or tap the place on the map.', pick: 'Tap the place on the map', picked: 'Place chosen on the map', mine: 'Use my position',
    kept: 'Saved; it is sent when there is signal.', keptMore: 'It gets its number when it has arrived.', full: 'Storage is full and the photo does not fit. Connect to send, or delete other things from the phone; it is still on the page.', needWhat: 'Choose what it is, or write a sentence.', another: 'Report another', done: 'Done',
    removePhoto: 'Remove this photo', optional: 'More (optional)', least: 'at least {n}',
  },
  cases: {
    title: 'My cases', none: 'No case was given to me.', waiting: 'Reports that wait to be sent', turn: 'My turn', others: 'With others', due: 'Due', state: 'State', actions: 'What to do', history: 'Noted on this phone, waiting to be sent: {what}', open: 'Open',
    note: 'What was done', reason: 'Reason', evidence: 'Photo as evidence', needEvidence: 'Handling needs evidence: take a photo first, or let a patrol be the proof.', do: 'Save', notHere: 'This case is not on the phone; look again with signal.', desk: 'Full page', did: 'Noted; it is handed in when there is signal.',
    noActions: 'There is nothing for me to do now.',
  },
  queue: {
    title: 'Waiting to be sent', none: 'Nothing is waiting.', lead: 'A record stays on this phone until the server has confirmed it.', send: 'Send now', export: 'Export as a file', exportHint: 'When the phone must be changed or mended, give this file to the office.', size: '{n} records, {size}', dismiss: 'I have read it', refusedTitle: 'Not accepted by the server', waitingTitle: 'Waiting',
    kind: { 'patrol-start': 'Patrol started', track: 'Track', 'patrol-finish': 'Patrol ended', report: 'Report', photo: 'Photo', voice: 'Voice note', note: 'Note', 'case-action': 'Step of a case', 'patrol-answer': 'Answer', 'patrol-company': 'Who walked along' },
    points: '{n} fixes', others: 'Records of other people on this phone are shown and sent only when they sign in.',
  },
  me: {
    title: 'Me', large: 'Large type', largeHint: 'Larger words and buttons', language: 'Language', leave: 'Sign out', leaveHint: '{n} records are not sent yet. They stay on this phone until you sign in again.', patrols: 'My patrols', queue: 'Waiting to be sent', storage: 'Storage of this phone', used: '{used} used, {free} free', persisted: 'The system will not clear it', notPersisted: 'The system may clear it when space runs out; add this page to the home screen',
    install: 'Add to the home screen', installHint: 'Choose “Add to home screen” in the browser’s menu; it then opens without signal.', devices: 'Devices and sign-in', desk: 'Desk version',
  },
  patrol: {
    title: 'Patrol', counts: 'Counts', countsNot: 'Does not count', because: 'Because', checking: 'Authenticity', fine: 'Nothing doubtful was found.', asked: 'Please say a word to these points. What you say stands beside the score for the office.', answer: 'My answer', send: 'Hand in', answered: 'Answered: {text}',
    limits: 'The limits are not confirmed locally: they remind, and take off nothing by themselves.', notFound: 'The server does not have this patrol; it may not be sent yet.', needNet: 'The result needs signal.', score: '{n} points', list: 'Last patrols', waiting: 'still on this phone, waiting', notFinished: 'not ended', late: 'More came after the end; the result was reckoned anew.', company: 'Walked along', both: 'confirmed by both, with a photo', them: 'has yet to confirm on their phone', you: 'says you walked together', photo: 'both have said so; the photo of both is missing', track: 'their patrol has not arrived yet', confirm: 'Yes, together', askCompany: '{name} says you walked together at {time}', look: 'See this patrol', addCompany: 'Say who walked with me', gaps: 'Gaps', gapUnknown: 'the phone gave no reason',
  },
  patrolReason: {
    too_short_time: 'only {found} min, {asked} min asked', too_short_way: 'only {found} m, {asked} m asked', too_soon: '{found} h after the last one, {asked} h asked', too_few_photos: '{found} photos, {asked} asked', no_track: 'no track', not_accepted: 'this kind is not accepted', elsewhere: 'not on the own stretch', out_of_season: 'out of season',
  },
  map: { label: 'Map of the stretch', in: 'Larger', out: 'Smaller', me: 'My position', all: 'Whole stretch', scale: '{length}', end: 'End of the stretch' },
}
