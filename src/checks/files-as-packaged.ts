import type { Examination } from '../examination/examination.js';
import type { FileDifference, FileVerification } from '../examination/file-verification.js';
import { groupBy } from '../core/group.js';
import { evidenceLimit, fileEvidence, type Check, type Finding } from './check.js';
import { layerWords } from './layer-words.js';

export const filesAsPackaged: Check = {
  id: 'files-as-packaged',
  asks: 'Is every file of an RPM package as the package has it?',
  reason:
    'A program that was replaced, or given other rights, without its package runs under the name and the signature of software that it is not.',
  remedy:
    'Make the change in a package or in files of your own; where nobody should have made it, do not run the image.',
  guide: '7.4',
  mendedByRebuild: false,
  evaluate(examination) {
    const { content } = examination;
    if (!content) return [idle('the layers were not read')];
    const { files } = content;
    if (!files) return [idle('files were not compared with their packages: --verify-files asks for that')];
    if (files.outcome === 'none') return [idle('there is no RPM database to compare files with')];
    const [first, ...rest] = [...changed(examination, files), ...unsure(files)];
    const allowed = mayDiffer(examination, files);
    if (first) return [first, ...rest, ...allowed];
    const message = `${files.files} files of ${files.packages} packages are as packaged`;
    return [{ outcome: 'pass', message, evidence: [] }, ...allowed];
  },
};

function idle(message: string): Finding {
  return { outcome: 'unknown', message, evidence: [], idle: true };
}

/** More layers than this are summed up. */
const layerLimit = 20;

/** One finding a layer: what it did to files of packages. */
function changed(examination: Examination, files: FileVerification): Finding[] {
  const all = files.differences.filter((one) => one.role === 'file');
  const byLayer = [...groupBy(all, (one) => one.layer)].sort(([a = -1], [b = -1]) => a - b);
  const findings = byLayer.slice(0, layerLimit).map(([, group]): Finding => {
    const sorted = [...group].sort((a, b) => rank(a) - rank(b));
    const [worst] = sorted;
    const others = group.length - 1;
    const more = others > 0 ? `; so it is with ${others} more ${others === 1 ? 'file' : 'files'}` : '';
    return {
      outcome: 'fail',
      message: `${worst ? sentence(examination, worst) : ''}${more}`,
      evidence: sorted.slice(0, evidenceLimit).map((one) => evidenceOf(examination, one)),
      remedy: filesAsPackaged.remedy,
    };
  });
  const left = byLayer.slice(layerLimit).reduce((sum, [, group]) => sum + group.length, 0) + files.unlisted;
  if (left > 0) {
    const message = `${left} more files are not as packaged`;
    findings.push({ outcome: 'fail', message, evidence: [], remedy: filesAsPackaged.remedy });
  }
  return findings;
}

function unsure({ outcome, problems }: FileVerification): Finding[] {
  if (outcome !== 'incomplete') return [];
  return [{ outcome: 'unknown', message: `not all files could be compared: ${problems.join('; ')}`, evidence: [] }];
}

/** Configuration is there to be changed, and of a ghost only the name is packaged: said, but no failure. */
function mayDiffer(examination: Examination, files: FileVerification): Finding[] {
  const all = files.differences.filter((one) => one.role !== 'file');
  if (all.length === 0) return [];
  const shown = all.slice(0, 4).map((one) => `/${one.path} (${one.missing ? 'missing' : textOf(one)})`);
  const more = all.length > shown.length ? ', ...' : '';
  const noun = all.length === 1 ? 'file that may differ does' : 'files that may differ do';
  return [
    {
      outcome: 'pass',
      message: `${all.length} ${noun}, being configuration or made at run time: ${shown.join(', ')}${more}`,
      evidence: all.slice(0, evidenceLimit).map((one) => evidenceOf(examination, one)),
    },
  ];
}

/** What became of a program matters more than what is gone. */
function rank(one: FileDifference): number {
  if (one.missing) return 2;
  return isReplaced(one) ? 0 : 1;
}

function isReplaced({ differences }: FileDifference): boolean {
  return differences.some(({ attribute }) => attribute === 'content' || attribute === 'type' || attribute === 'link');
}

/** `layer 5 (RUN curl ...) replaced /usr/bin/bash; the package bash-5.1.8-4.el9.x86_64 did not change (...)`. */
function sentence(examination: Examination, one: FileDifference): string {
  const { path, layer, packageLayer, missing } = one;
  const owner = one.package;
  if (layer === undefined) return `/${path} of ${owner} is in no layer`;
  const what = missing ? '' : ` (${textOf(one)})`;
  const who = layerWords(examination, layer);
  if (layer < packageLayer) {
    const verb = missing ? 'is gone since' : 'is still that of';
    return `/${path} ${verb} ${who}, though layer ${packageLayer + 1} brought ${owner}${what}`;
  }
  if (layer === packageLayer) return `${who} brought ${owner} with another /${path}${what}`;
  const verb = missing ? 'removed' : isReplaced(one) ? 'replaced' : 'changed';
  return `${who} ${verb} /${path}; the package ${owner} did not change${what}`;
}

function textOf({ differences }: FileDifference): string {
  return differences.map(({ text }) => text).join(', ');
}

/** Of what no layer has, the layer that brought its package should. */
function evidenceOf(examination: Examination, one: FileDifference): Finding['evidence'][number] {
  return fileEvidence(examination, one.layer ?? one.packageLayer, one.path);
}
