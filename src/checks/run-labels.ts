import { commandLineLimit } from '../containers/shell-words.js';
import { readRunLines, type RunLine, type RunOption } from '../containers/run-line.js';
import type { Examination } from '../examination/examination.js';
import { configEvidence, evidenceLimit, type Evidence, type Finding } from './check.js';
import { fewFindings } from './few-findings.js';
import { listed, shown } from './finding-words.js';

/** A label that says how a container of the image is to be run, with the run lines in it. */
export interface RunLabel {
  readonly label: string;
  readonly lines: readonly RunLine[];
}

/** The labels of ContainerApplicationGenericLabels that are command lines, in any spelling, and those of label-schema. */
const runNames = /^(?:run|install|uninstall|stop|debug|update|upgrade|usage|org\.label-schema\.docker\.cmd(?:\..*)?)$/i;

/** Of all such labels together as many characters are read: no image has a hundredth of it. */
const textLimit = 4 * commandLineLimit;

export function runLabels(examination: Examination): readonly RunLabel[] {
  const { labels } = examination.image.config.run;
  return namesOf(labels).within.map((label) => ({ label, lines: readRunLines(labels[label] ?? '') }));
}

/** One finding where labels of that kind are too long to be read. */
export function unreadRunLabels(examination: Examination): readonly Finding[] {
  const { beyond } = namesOf(examination.image.config.run.labels);
  if (beyond.length === 0) return [];
  const [label, words] = beyond.length === 1 ? ['label', 'is'] : ['labels', 'are'];
  return [
    {
      outcome: 'unknown',
      message: `the ${label} ${listed(beyond.map(shown))} ${words} too long to be read`,
      evidence: beyond.slice(0, evidenceLimit).map((one) => labelEvidence(examination, one)),
    },
  ];
}

interface RunNames {
  readonly within: readonly string[];
  readonly beyond: readonly string[];
}

function namesOf(labels: Readonly<Record<string, string>>): RunNames {
  const within: string[] = [];
  const beyond: string[] = [];
  let left = textLimit;
  for (const label of Object.keys(labels).filter((one) => runNames.test(one))) {
    const { length } = labels[label] ?? '';
    const fits = length <= Math.min(commandLineLimit, left);
    if (fits) left -= length;
    (fits ? within : beyond).push(label);
  }
  return { within, beyond };
}

/** What `ask` says of the options of each label, in one finding a label; `ask` answers with words for what is wrong. */
export function judgeRunLabels(
  examination: Examination,
  remedy: string,
  ask: (option: RunOption, line: RunLine) => readonly string[],
): readonly Finding[] {
  const findings = runLabels(examination).flatMap(({ label, lines }): Finding[] => {
    const words = new Set(lines.flatMap((line) => line.options.flatMap((option) => ask(option, line))));
    if (words.size === 0) return [];
    const message = `the label ${shown(label)} asks for ${listed([...words])}`;
    return [{ outcome: 'fail', message, evidence: [labelEvidence(examination, label)], remedy }];
  });
  return fewFindings(findings, 'labels ask for the like');
}

export function labelEvidence(examination: Examination, label: string): Evidence {
  return configEvidence(examination, `config.Labels.${shown(label)}`);
}

/** `WORD` and `VALUE` of `--security-opt`, which `=` and `:` both separate. */
export function splitOption(text: string): readonly [string, string] {
  const at = text.search(/[:=]/);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Paths of the host that an option mounts. */
export function hostPathsOf({ name, value }: RunOption): readonly string[] {
  if (name === 'volume') {
    const [source = ''] = value.split(':', 1);
    return source.startsWith('/') && value.includes(':') ? [source] : [];
  }
  if (name !== 'mount') return [];
  const source = /(?:^|,)(?:source|src)=([^,]+)/.exec(value)?.[1];
  return source?.startsWith('/') ? [source] : [];
}
