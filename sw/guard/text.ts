// The words of the popup and of the page that stands in for a refused one, in two languages.
const en = {
  title: 'Sotto Guard',
  guarded: 'Guarded',
  pending: 'New release is waiting',
  refused: 'Refused',
  unreachable: 'Not checked: no answer',
  unchecked: 'Checking',
  none: 'Not guarded',
  guardedHint: 'Only the files of the signed and logged release can run here.',
  noneHint: 'Sotto Guard does nothing on this site.',
  site: 'Site',
  version: 'Version',
  release: 'Release',
  index: 'Place in the log',
  logSize: 'Entries that the log shows',
  witnesses: 'Witnesses',
  proven: 'Newest proof',
  checked: 'Last check',
  minutes: '{n} minutes ago',
  hours: '{n} hours ago',
  days: '{n} days ago',
  withheld: 'Withheld, not the listed bytes',
  check: 'Check now',
  guard: 'Guard this site',
  open: 'Open the site',
  blockedTitle: 'This page was not shown',
  pendingTitle: 'This release is not old enough yet',
  unreachableTitle: 'The release could not be checked',
  uncheckedTitle: 'The release is being checked',
  nothingRan: 'Nothing that the server sent has run. What you keep here is untouched.',
  verdict: 'Verdict',
  offered: 'Release offered',
  accepted: 'Release accepted before',
  whatNow: 'Do not type your passphrase on another page of this site. Ask the people who run it by another way.',
  whyForm: 'What the server offered as its release is not well formed.',
  whySigned: 'The release does not carry the signatures of its makers.',
  whyLine: 'This is a release of another product or of another line.',
  whyLog: 'The log did not sign for this release, or it showed two different histories.',
  whyWitness: 'Too few independent witnesses have seen the log that holds this release.',
  whyIncluded: 'This release is not in the public log.',
  whyRollback: 'The server offers an older release than the one that ran here before.',
  whyFork: 'Two different releases bear the same number, or one does not follow from the other.',
  whyClock: 'The proof comes from the future. Is the clock of this device right?',
  whyStale: 'For two weeks nobody has confirmed that this is the newest release.',
  whyCooling: 'A new release has to stand in the public log for a day before it runs, so that others can look at it.',
  whyLoader: 'The start program of this release is another one than before. That is done rarely and is announced.',
  whyTrust: 'This copy of Sotto Guard was built with a list of keys that it cannot read.',
  whyNetwork: 'The server did not hand out its release and the proofs for it.',
  whyWait: 'The page opens by itself when the release is found to be the right one.',
};

export type Key = keyof typeof en;

const ar: Record<Key, string> = {
  title: 'حارس Sotto',
  guarded: 'محمي',
  pending: 'إصدار جديد قيد الانتظار',
  refused: 'مرفوض',
  unreachable: 'لم يُفحص: لا إجابة',
  unchecked: 'جارٍ الفحص',
  none: 'غير محمي',
  guardedHint: 'لا يعمل هنا إلا ما في الإصدار الموقَّع والمسجَّل.',
  noneHint: 'لا يفعل حارس Sotto شيئًا في هذا الموقع.',
  site: 'الموقع',
  version: 'النسخة',
  release: 'الإصدار',
  index: 'الموضع في السجل',
  logSize: 'مدخلات السجل',
  witnesses: 'الشهود',
  proven: 'أحدث إثبات',
  checked: 'آخر فحص',
  minutes: 'قبل {n} دقيقة',
  hours: 'قبل {n} ساعة',
  days: 'قبل {n} يوم',
  withheld: 'حُجب، فليس بالمحتوى المسجَّل',
  check: 'افحص الآن',
  guard: 'احمِ هذا الموقع',
  open: 'افتح الموقع',
  blockedTitle: 'لم تُعرض هذه الصفحة',
  pendingTitle: 'لم يمضِ على هذا الإصدار وقت كافٍ',
  unreachableTitle: 'تعذّر فحص الإصدار',
  uncheckedTitle: 'يجري فحص الإصدار',
  nothingRan: 'لم يعمل شيء مما أرسله الخادم. وما تحفظه هنا لم يُمس.',
  verdict: 'الحكم',
  offered: 'الإصدار المعروض',
  accepted: 'الإصدار المقبول سابقًا',
  whatNow: 'لا تكتب عبارة المرور في صفحة أخرى من هذا الموقع. اسأل القائمين عليه بطريق آخر.',
  whyForm: 'ما عرضه الخادم على أنه إصداره ليس سليم الصيغة.',
  whySigned: 'لا يحمل الإصدار تواقيع صانعيه.',
  whyLine: 'هذا إصدار لمنتج آخر أو لخط آخر.',
  whyLog: 'لم يوقّع السجل على هذا الإصدار، أو أظهر تاريخين مختلفين.',
  whyWitness: 'لم يرَ السجلَّ الذي فيه هذا الإصدار عددٌ كافٍ من الشهود المستقلين.',
  whyIncluded: 'هذا الإصدار ليس في السجل العام.',
  whyRollback: 'يعرض الخادم إصدارًا أقدم مما عمل هنا من قبل.',
  whyFork: 'إصداران مختلفان بالرقم نفسه، أو لا يتبع أحدهما الآخر.',
  whyClock: 'الإثبات من المستقبل. هل ساعة هذا الجهاز صحيحة؟',
  whyStale: 'منذ أسبوعين لم يؤكد أحد أن هذا أحدث إصدار.',
  whyCooling: 'على الإصدار الجديد أن يبقى يومًا في السجل العام قبل أن يعمل، ليتمكن آخرون من النظر فيه.',
  whyLoader: 'برنامج البدء في هذا الإصدار غير السابق. يحدث ذلك نادرًا ويُعلن عنه.',
  whyTrust: 'بُنيت هذه النسخة من الحارس بقائمة مفاتيح لا تُقرأ.',
  whyNetwork: 'لم يقدّم الخادم إصداره وإثباتاته.',
  whyWait: 'تُفتح الصفحة تلقائيًا حين يتبيّن أن الإصدار هو الصحيح.',
};

const arabic = chrome.i18n.getUILanguage().startsWith('ar');

export function say(key: Key, n = 0): string {
  return (arabic ? ar : en)[key].replace('{n}', number(n));
}

export function number(n: number): string {
  return new Intl.NumberFormat(arabic ? 'ar' : 'en-GB').format(n);
}

export function ago(ms: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - ms) / 60_000));
  if (minutes < 120) return say('minutes', minutes);
  return minutes < 2880 ? say('hours', Math.floor(minutes / 60)) : say('days', Math.floor(minutes / 1440));
}

const WHY: Record<string, Key> = {
  trust: 'whyTrust',
  'note-format': 'whyForm',
  'proof-format': 'whyForm',
  'checkpoint-format': 'whyForm',
  'release-signature': 'whySigned',
  threshold: 'whySigned',
  line: 'whyLine',
  'log-origin': 'whyLog',
  'log-signature': 'whyLog',
  'log-fork': 'whyLog',
  'witness-signature': 'whyWitness',
  quorum: 'whyWitness',
  inclusion: 'whyIncluded',
  rollback: 'whyRollback',
  equivocation: 'whyFork',
  previous: 'whyFork',
  future: 'whyClock',
  stale: 'whyStale',
  cooling: 'whyCooling',
  loader: 'whyLoader',
};

export function sayWhy(verdict: string): string {
  return say(WHY[verdict] ?? 'whyNetwork');
}

export function direct(): void {
  document.documentElement.lang = arabic ? 'ar' : 'en';
  document.documentElement.dir = arabic ? 'rtl' : 'ltr';
}
