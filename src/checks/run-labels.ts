import { isRunLabel } from '../containers/run-label.js';
import { commandLineLimit, readRunLines, type RunLine } from '../containers/run-line.js';
import type { RunOption } from '../containers/run-option.js';
import type { Examination } from '../examination/examination.js';
import { configEvidence, evidenceLimit, type Evidence, type Finding } from './check.js';
import { fewFindings } from './few-findings.js';
import { listed, shown } from './finding-words.js';

/** A label that says how a container of the image is to be run, with the run lines in it. */
export interface RunLabel {
  readonly label: string;
  readonly lines: readonly RunLine[];
}

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
  for (const label of Object.keys(labels).filter(isRunLabel)) {
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
