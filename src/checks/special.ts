import type { SpecialKind } from '../analyzers/special-files.js';
import type { Examination, SpecialEntry } from '../examination/examination.js';
import { evidenceLimit, fileEvidence, type Finding } from './check.js';

/** What is common to the checks about setuid files, capabilities, devices and world-writable places. */
export interface SpecialQuestion {
  readonly kinds: readonly SpecialKind[];
  /** What one and what several of them are called. */
  readonly noun: readonly [one: string, many: string];
  readonly remedy: string;
}

/**
 * Fails for visible entries of the image's own layers, passes for those inherited from a proved base, and is unknown
 * where it cannot be told whose they are; says of each whether it is as its package has it. What a higher layer hid is
 * counted in the message: it still ships.
 */
export function judgeSpecial(examination: Examination, question: SpecialQuestion): readonly [Finding, ...Finding[]] {
  const { content } = examination;
  const [one, many] = question.noun;
  if (!content) return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
  const all = content.special.filter((one) => one.file.kinds.some((kind) => question.kinds.includes(kind)));
  const visible = all.filter((one) => !one.hidden);
  const own = visible.filter((one) => one.origin !== 'base');
  const inherited = visible.filter((one) => one.origin === 'base');
  const hidden = all.length - visible.length;
  const asides = [
    ...(inherited.length > 0 ? [`${inherited.length} inherited from the base${summaryOf(inherited)}`] : []),
    ...(hidden > 0 ? [`${hidden} hidden by higher layers but still shipped`] : []),
  ];
  const aside = asides.length > 0 ? ` (${asides.join('; ')})` : '';
  if (own.length === 0 && content.unlisted > 0 && question.kinds.includes('world-writable')) {
    const message = `no ${one} of its own among those listed${aside}, but ${content.unlisted} more were only counted`;
    return [{ outcome: 'unknown', message, evidence: [] }];
  }
  if (own.length === 0) {
    const evidence = visible.slice(0, evidenceLimit).map((entry) => evidenceOf(examination, entry));
    return [{ outcome: 'pass', message: `no ${one} of its own${aside}`, evidence }];
  }
  own.sort((a, b) => packagedRank[a.packaged] - packagedRank[b.packaged]);
  const shown = own.slice(0, 4).map((one) => `/${one.file.path} by layer ${one.layer + 1}${packagedText(one)}`);
  const more = own.length > shown.length ? `, ... (${own.length} in all)` : '';
  const unsure = own.some((entry) => entry.origin === 'unknown');
  return [
    {
      outcome: unsure ? 'unknown' : 'fail',
      message: `${own.length} ${own.length === 1 ? one : many} of its own: ${shown.join(', ')}${more}${aside}${unsure ? '; no base is proved, so they may be inherited' : ''}`,
      evidence: own.slice(0, evidenceLimit).map((one) => evidenceOf(examination, one)),
      remedy: question.remedy,
      ...(content.unlisted > 0 && question.kinds.includes('world-writable') ? { partial: true } : {}),
    },
  ];
}

/** What needs an explanation comes first. */
const packagedRank = { unowned: 0, changed: 1, unknown: 2, 'as-packaged': 3 } as const;

/** How one stands to its package; nothing where that is not known. */
function packagedText({ packaged, package: owner = '', differences = [] }: SpecialEntry): string {
  switch (packaged) {
    case 'as-packaged':
      return ` (as packaged in ${owner})`;
    case 'changed':
      return ` (packaged in ${owner} but changed: ${differences.join('; ')})`;
    case 'unowned':
      return ' (owned by no package)';
    case 'unknown':
      return '';
  }
}

/** Of those inherited: `, all as packaged`, or how many are, are changed, or belong to nobody. */
function summaryOf(entries: readonly SpecialEntry[]): string {
  const count = (packaged: SpecialEntry['packaged']): number =>
    entries.filter((one) => one.packaged === packaged).length;
  const same = count('as-packaged');
  if (same === entries.length) return same === 1 ? ', as packaged' : ', all as packaged';
  const parts = [
    ...(same > 0 ? [`${same} as packaged`] : []),
    ...(count('changed') > 0 ? [`${count('changed')} packaged but changed`] : []),
    ...(count('unowned') > 0 ? [`${count('unowned')} owned by no package`] : []),
  ];
  return parts.length > 0 ? `: ${parts.join(', ')}` : '';
}

function evidenceOf(examination: Examination, one: SpecialEntry): ReturnType<typeof fileEvidence> {
  return fileEvidence(examination, one.layer, one.file.path);
}
