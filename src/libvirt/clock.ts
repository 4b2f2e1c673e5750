/** `<clock>`: what time the guest sees, and its timers. Pure. libvirt's docs: formatdomain, "Time keeping". */
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

export function convertClock(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const clock = domain.child('clock');
  if (!clock) return;
  convertOffset(clock, draft, notes);
  for (const timer of clock.children('timer')) convertTimer(timer, draft, notes);
}

function convertOffset(clock: XmlNode, draft: SpecDraft, notes: Notes): void {
  const offset = clock.oneOf('offset', ['utc', 'localtime', 'timezone', 'variable', 'absolute']) ?? 'utc';
  switch (offset) {
    case 'utc':
      clock.ignore('@adjustment');
      return;
    case 'localtime':
      clock.ignore('@adjustment');
      draft.merge('clock', { base: 'localtime' }, clock);
      break;
    case 'timezone':
      draft.merge('clock', { base: 'localtime' }, clock);
      notes.approximated(
        clock,
        `the time zone ${clock.attribute('timezone') ?? ''} is not kept: the clock follows that of the host`,
      );
      break;
    case 'variable':
      convertVariable(clock, draft, notes);
      break;
    case 'absolute': {
      const start = clock.integer('start');
      if (start !== undefined) draft.merge('clock', { base: dateText(start) }, clock);
    }
  }
}

/** The difference to now that a guest made the last time it ran. */
function convertVariable(clock: XmlNode, draft: SpecDraft, notes: Notes): void {
  const basis = clock.oneOf('basis', ['utc', 'localtime']) ?? 'utc';
  const adjustment = clock.attribute('adjustment') ?? '0';
  if (basis === 'localtime') draft.merge('clock', { base: 'localtime' }, clock);
  if (/^0*$/.test(adjustment)) return;
  const place = { line: clock.line, path: `${clock.path}/@adjustment` };
  notes.dropped(place, `the clock begins with ${basis} itself, not ${adjustment} seconds from it`);
}

/** Seconds since 1970 as QEMU's -rtc takes them. */
function dateText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const two = (value: number) => String(value).padStart(2, '0');
  const [year, month, day] = civil(days);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
}

/** The date of a day since 1970, Gregorian: years begin in March, so that the leap day is their last. */
function civil(days: number): [year: number, month: number, day: number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const march = Math.floor((5 * dayOfYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  const day = dayOfYear - Math.floor((153 * march + 2) / 5) + 1;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

function convertTimer(timer: XmlNode, draft: SpecDraft, notes: Notes): void {
  const name = timer.attribute('name') ?? '';
  const present = timer.yesNo('present');
  switch (name) {
    case 'rtc':
      convertRtc(timer, draft, notes);
      break;
    case 'pit':
      convertPit(timer, present, draft, notes);
      break;
    case 'hpet':
      draft.merge('clock', { hpet: present }, timer);
      break;
    case 'kvmclock':
      draft.merge('clock', { kvmclock: present }, timer);
      break;
    case 'hypervclock':
      draft.merge('clock', { hypervclock: present }, timer);
      break;
    case 'tsc':
      convertTsc(timer, draft, notes);
      break;
    default:
      notes.dropped(timer, `a timer ${name} is not known for this guest`);
      break;
  }
}

function convertRtc(timer: XmlNode, draft: SpecDraft, notes: Notes): void {
  const track = timer.oneOf('track', ['guest', 'wall', 'boot', 'realtime']);
  const policy = timer.oneOf('tickpolicy', ['delay', 'catchup', 'merge', 'discard']);
  const sources = { guest: 'vm', wall: 'host', realtime: 'rt', boot: undefined } as const;
  if (track !== undefined) draft.merge('clock', { source: sources[track] }, timer);
  if (track === 'boot') notes.dropped(timer, 'a clock that follows boot is not known');
  if (policy === 'catchup') draft.merge('clock', { driftfix: 'slew' }, timer);
  else if (policy === 'merge' || policy === 'discard') notes.dropped(timer, `tickpolicy ${policy}`);
  const catchup = timer.child('catchup');
  catchup?.ignoreAll();
  if (catchup) notes.dropped(catchup, "how fast ticks are caught up is QEMU's own choice");
}

function convertPit(timer: XmlNode, present: boolean | undefined, draft: SpecDraft, notes: Notes): void {
  if (present !== undefined) draft.merge('clock', { pit: present }, timer);
  const policy = timer.oneOf('tickpolicy', ['delay', 'catchup', 'merge', 'discard']);
  if (policy === 'delay' || policy === 'discard') draft.merge('clock', { kvmPit: policy }, timer);
  else if (policy === 'merge') notes.dropped(timer, 'tickpolicy merge: KVM knows delay and discard');
}

function convertTsc(timer: XmlNode, draft: SpecDraft, notes: Notes): void {
  draft.merge('clock', { tscFrequency: timer.integer('frequency') }, timer);
  const mode = timer.attribute('mode');
  if (mode !== undefined && mode !== 'auto') notes.dropped(timer, `mode ${mode} is Xen's`);
  if (timer.attribute('tickpolicy') !== undefined) notes.dropped(timer, 'a TSC has no tick policy');
}
