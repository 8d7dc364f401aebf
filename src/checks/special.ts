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
 * where it cannot be told whose they are. What a higher layer hid is counted in the message: it still ships.
 */
export function judgeSpecial(examination: Examination, question: SpecialQuestion): readonly [Finding, ...Finding[]] {
  const { content } = examination;
  const [one, many] = question.noun;
  if (!content) return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
  const all = content.special.filter((one) => one.file.kinds.some((kind) => question.kinds.includes(kind)));
  const visible = all.filter((one) => !one.hidden);
  const own = visible.filter((one) => one.origin !== 'base');
  const inherited = visible.length - own.length;
  const hidden = all.length - visible.length;
  const asides = [
    ...(inherited > 0 ? [`${inherited} inherited from the base`] : []),
    ...(hidden > 0 ? [`${hidden} hidden by higher layers but still shipped`] : []),
  ];
  const aside = asides.length > 0 ? ` (${asides.join(', ')})` : '';
  if (own.length === 0 && content.unlisted > 0 && question.kinds.includes('world-writable')) {
    const message = `no ${one} of its own among those listed${aside}, but ${content.unlisted} more were only counted`;
    return [{ outcome: 'unknown', message, evidence: [] }];
  }
  if (own.length === 0) {
    const evidence = visible.slice(0, evidenceLimit).map((entry) => evidenceOf(examination, entry));
    return [{ outcome: 'pass', message: `no ${one} of its own${aside}`, evidence }];
  }
  const shown = own.slice(0, 4).map((one) => `/${one.file.path} by layer ${one.layer + 1}`);
  const more = own.length > shown.length ? `, ... (${own.length} in all)` : '';
  const unsure = own.some((entry) => entry.origin === 'unknown');
  return [
    {
      outcome: unsure ? 'unknown' : 'fail',
      message: `${own.length} ${own.length === 1 ? one : many} of its own: ${shown.join(', ')}${more}${aside}${unsure ? '; no base is proved, so they may be inherited' : ''}`,
      evidence: own.slice(0, evidenceLimit).map((one) => evidenceOf(examination, one)),
      remedy: question.remedy,
    },
  ];
}

function evidenceOf(examination: Examination, one: SpecialEntry): ReturnType<typeof fileEvidence> {
  return fileEvidence(examination, one.layer, one.file.path);
}
