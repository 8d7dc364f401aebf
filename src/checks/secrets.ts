import type { Examination } from '../examination/examination.js';
import { configSecrets, type ConfigSecret, type FoundSecrets } from '../examination/secret-findings.js';
import type { SecretHit } from '../secrets/hit.js';
import { configEvidence, evidenceLimit, fileEvidence, layerOf, type Check, type Finding } from './check.js';
import { layerWords } from './layer-words.js';

export const secrets: Check = {
  id: 'secrets',
  asks: 'Is the image free of private keys, tokens and passwords?',
  reason:
    'Who can pull the image can read every layer and the config: also what a later step deletes, and every argument of the build.',
  remedy:
    'Change the secret: it is known. Give it to builds with RUN --mount=type=secret, to containers when they run, and build the image anew without it.',
  guide: '3.4',
  mendedByRebuild: false,
  evaluate(examination) {
    const { content, image } = examination;
    const inConfig = configSecrets(image.config);
    const files = content?.secrets.files ?? [];
    const failures = [...inConfig.map((one) => configFinding(examination, one)), ...fileFindings(examination, files)];
    const [first, ...rest] = failures;
    if (first) return [first, ...rest];
    if (!content) return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
    const { allowed, search } = content.secrets;
    const unread = search.unread > 0 ? `; ${count(search.unread, 'sparse file')} could not be searched` : '';
    const aside =
      allowed.length > 0
        ? ` (${count(allowed.length, 'file')} with keys in documentation and tests of packages left aside)`
        : '';
    const evidence = allowed.slice(0, evidenceLimit).map((one) => fileEvidence(examination, one.layer, one.file.path));
    return [{ outcome: unread === '' ? 'pass' : 'unknown', message: `no secret was found${aside}${unread}`, evidence }];
  },
};

/** Each of so many files has a finding of its own, the others share one. */
const toldLimit = 20;

function fileFindings(examination: Examination, files: readonly FoundSecrets[]): Finding[] {
  const told = files.slice(0, toldLimit).map((one) => fileFinding(examination, one));
  const rest = files.slice(toldLimit);
  const unlisted = examination.content?.secrets.search.unlisted ?? 0;
  if (rest.length + unlisted === 0) return told;
  const counted = unlisted > 0 ? `, ${unlisted} of them only counted` : '';
  return [
    ...told,
    {
      outcome: 'fail',
      message: `${count(rest.length + unlisted, 'more file')} with secrets${counted}`,
      evidence: rest.slice(0, evidenceLimit).map((one) => fileEvidence(examination, one.layer, one.file.path)),
      remedy: secrets.remedy,
      ...(unlisted > 0 ? { partial: true as const } : {}),
    },
  ];
}

function fileFinding(examination: Examination, { file, layer, hidden, origin }: FoundSecrets): Finding {
  const shown = file.hits.slice(0, 3).map(hitWords);
  const more = file.hits.length - shown.length + (file.more ?? 0);
  const where = `${layerWords(examination, layer)}${origin === 'base' ? ' of the base' : ''}`;
  const fate = hidden
    ? `${hidden.how === 'replaced' ? 'replaced' : 'deleted'} in layer ${hidden.layer + 1}, still in ${where}`
    : `in ${where}`;
  return {
    outcome: 'fail',
    message: `/${file.path}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}; ${fate}`,
    evidence: [
      fileEvidence(examination, layer, file.path, file.hits[0]?.line),
      ...(hidden ? [{ type: 'layer' as const, ...layerOf(examination, hidden.layer) }] : []),
    ],
    remedy: secrets.remedy,
  };
}

function hitWords({ kind, line, encrypted }: SecretHit): string {
  return `${kind}${encrypted ? ' (encrypted)' : ''}${line === undefined ? '' : ` at line ${line}`}`;
}

function configFinding(examination: Examination, { field, where, kinds }: ConfigSecret): Finding {
  return {
    outcome: 'fail',
    message: `${where} of the image’s config: ${kinds.join(', ')}`,
    evidence: [configEvidence(examination, field)],
    remedy: secrets.remedy,
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
