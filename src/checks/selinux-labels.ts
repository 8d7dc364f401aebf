import type { LabelFault, SelinuxLabel } from '../analyzers/selinux-labels.js';
import type { RunOption } from '../containers/run-option.js';
import { splitOption } from '../containers/security-option.js';
import { isUnconfinedType } from '../containers/selinux-context.js';
import { groupBy } from '../core/group.js';
import type { Examination } from '../examination/examination.js';
import type { Seen } from '../layer/squash.js';
import { evidenceLimit, fileEvidence, type Check, type Finding } from './check.js';
import { listed, shown } from './finding-words.js';
import { layerWords } from './layer-words.js';
import { judgeRunLabels, unreadRunLabels } from './run-labels.js';

export const selinuxLabels: Check = {
  id: 'selinux-labels',
  asks: 'Does the image leave its labels to SELinux?',
  reason:
    'SELinux is the wall that still stands when a process has left its namespaces; a label that turns it off, or that files bring from another machine, takes it away.',
  remedy:
    'Leave the label to the engine: no label:disable and no type of the host in LABEL run, and no security.selinux attribute in what is added (tar --no-selinux).',
  guide: '6',
  mendedByRebuild: false,
  evaluate(examination) {
    const { content } = examination;
    if (!content) return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
    const [first, ...rest] = [
      ...judgeRunLabels(examination, selinuxLabels.remedy, wordsOf),
      ...unreadRunLabels(examination),
      ...oddLabels(examination, content.selinuxLabels),
    ];
    if (first) return [first, ...rest];
    const message = 'no label turns SELinux off, and no file brings an odd one';
    return [{ outcome: 'pass', message, evidence: [] }];
  },
};

function wordsOf({ name, value }: RunOption): readonly string[] {
  if (name !== 'security-opt') return [];
  const [word, rest] = splitOption(value);
  if (word !== 'label') return [];
  const [kind, type] = splitOption(rest);
  if (kind === 'disable') return ['a container that SELinux does not keep apart (label=disable)'];
  return kind === 'type' && isUnconfinedType(type) ? [`the type ${type}, which SELinux does not confine`] : [];
}

/** More layers than this are summed up. */
const layerLimit = 20;

const faultWords: Readonly<Record<LabelFault, string>> = {
  process: 'the label of a process',
  categories: 'the categories of one container',
  malformed: 'a label that is no SELinux context',
};

/** One finding for each layer and fault. */
function oddLabels(examination: Examination, labels: readonly Seen<SelinuxLabel>[]): Finding[] {
  const groups = [...groupBy(labels, ({ layer, fact }) => `${layer} ${fact.unlisted === undefined ? fact.fault : ''}`)];
  const findings = groups.slice(0, layerLimit).map(([, group]) => findingOf(examination, group));
  const left = groups.slice(layerLimit).reduce((sum, [, group]) => sum + countOf(group), 0);
  if (left > 0) {
    const message = `${left} more files bring odd labels`;
    findings.push({ outcome: 'fail', message, evidence: [], remedy: selinuxLabels.remedy });
  }
  return findings;
}

function findingOf(examination: Examination, group: readonly Seen<SelinuxLabel>[]): Finding {
  const [first] = group;
  const layer = first?.layer ?? 0;
  const who = layerWords(examination, layer);
  const count = countOf(group);
  const files = `${count} ${count === 1 ? 'file' : 'files'}`;
  const { remedy } = selinuxLabels;
  if (!first || first.fact.unlisted !== undefined) {
    return { outcome: 'fail', message: `${who} brings ${files} more with odd labels`, evidence: [], remedy };
  }
  const kinds = listed([...new Set(group.map(({ fact }) => shown(fact.label)))]);
  return {
    outcome: 'fail',
    message: `${who} brings ${files} with ${faultWords[first.fact.fault]} (${kinds})`,
    evidence: group.slice(0, evidenceLimit).map(({ fact }) => fileEvidence(examination, layer, fact.path)),
    remedy,
  };
}

function countOf(group: readonly Seen<SelinuxLabel>[]): number {
  return group.reduce((sum, { fact }) => sum + (fact.unlisted ?? 1), 0);
}
