import { buildChain } from '../analyzers/build-chain.js';
import { NakedNameError, parseRegistryReference } from '../oci/reference.js';
import { isImgcheckError } from '../core/error.js';
import type { Examination } from '../examination/examination.js';
import { configEvidence, fileEvidence, type Check, type Evidence, type Finding } from './check.js';
import { listed, shown } from './finding-words.js';

export const baseQualified: Check = {
  id: 'base-qualified',
  asks: 'Does the image say which registry its base comes from?',
  reason:
    'A naked name (FROM rhel7) is looked up where each machine happens to look: another registry can answer with another image of the same name.',
  remedy:
    'Write the registry in FROM and in the labels: registry.example.com/team/base; docker.io/library/NAME for an official image of Docker Hub.',
  guide: '3.1',
  mendedByRebuild: false,
  evaluate(examination) {
    if (!examination.content) {
      return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
    }
    const said = [
      ...ofAnnotation(examination),
      ...ofLabels(examination),
      ...ofHistory(examination),
      ...ofBuildInfo(examination),
    ];
    const judged = said.map((one) => ({ ...one, kind: kindOf(one.name) }));
    const [first, ...rest] = judged.flatMap((one) => findingOf(one));
    if (first) return [first, ...rest];
    const named = judged.filter(({ kind }) => kind === 'qualified' || kind === 'none');
    const built = ofProvenance(examination);
    if (named.length === 0 && built.length === 0) {
      return [{ outcome: 'unknown', message: 'nothing in it names its base', evidence: [], idle: true }];
    }
    const words = [...named.map(({ source, name }) => `${source} says ${shown(name)}`), ...built];
    return [{ outcome: 'pass', message: listed([...new Set(words)]), evidence: named.map(({ evidence }) => evidence) }];
  },
};

/** What one source says of the base. */
interface Saying {
  readonly source: string;
  readonly name: string;
  readonly evidence: Evidence;
  /** Whether it may be that of a base rather than of this image. */
  readonly doubtful?: boolean;
}

/** Where builders write the base: image-spec annotations.md, and s2i's own. */
const baseName = 'org.opencontainers.image.base.name';
const labels = [baseName, 'io.openshift.s2i.build.image', 'io.s2i.build.image'] as const;

function ofAnnotation({ image }: Examination): readonly Saying[] {
  const name = image.manifest.annotations[baseName];
  if (!name) return [];
  const evidence: Evidence = { type: 'document', digest: image.descriptor.digest, field: `annotations.${baseName}` };
  return [{ source: `the annotation ${baseName}`, name, evidence }];
}

/** A label that the base has too was inherited: it speaks of the base's own base. */
function ofLabels(examination: Examination): readonly Saying[] {
  const { image, base } = examination;
  const own = image.config.run.labels;
  return labels.flatMap((label) => {
    const name = own[label];
    const inherited = [base?.origin, base?.image].some((one) => one?.config.run.labels[label] === name);
    if (!name || (inherited && base?.proof !== 'self')) return [];
    return [{ source: `the label ${label}`, name, evidence: configEvidence(examination, `config.Labels.${label}`) }];
  });
}

/** The last `FROM name` that buildah left in a comment of the history: those before it, and in a base's lines, are of the bases. */
function ofHistory(examination: Examination): readonly Saying[] {
  const { base, image } = examination;
  const { history } = image.config;
  const at = history.findLastIndex(({ comment = '' }) => /^FROM \S+$/.test(comment));
  const below = base?.proof === 'self' ? undefined : (base?.origin ?? base?.image);
  const name = history[at]?.comment?.slice('FROM '.length);
  return name === undefined || at < (below?.config.history.length ?? 0)
    ? []
    : [{ source: 'the history', name, evidence: configEvidence(examination, `history[${at}].comment`) }];
}

/** The topmost Dockerfile that Red Hat's builds left; where no base is proved it may be a base's. */
function ofBuildInfo(examination: Examination): readonly Saying[] {
  const { content, base } = examination;
  const step = content ? buildChain(content.layers).steps.findLast(({ from }) => from.length > 0) : undefined;
  const words = step?.from.at(-1)?.split(/\s/, 1)[0];
  if (!step || !words) return [];
  const proved = base !== undefined && base.proof !== 'none';
  if (proved && base.proof !== 'self' && step.layer < base.layers) return [];
  const evidence = fileEvidence(examination, step.layer, step.path);
  return [{ source: `/${step.path}`, name: words, evidence, ...(proved ? {} : { doubtful: true }) }];
}

/** Builders write the name there as they resolved it: it cannot be naked. */
function ofProvenance({ freshness }: Examination): readonly string[] {
  return (freshness?.bases ?? [])
    .filter(({ how }) => how.includes('provenance') || how.includes('signed-provenance'))
    .map(({ reference }) => `the provenance says ${reference}`);
}

type NameKind = 'qualified' | 'naked' | 'none' | 'open' | 'wrong';

/** An id names exactly one image, wherever it came from; a variable or a stage says nothing here. */
function kindOf(name: string): NameKind {
  if (name === 'scratch') return 'none';
  if (/^(?:sha256:)?[0-9a-f]{12,64}$/.test(name) || name.includes('$') || name === '') return 'open';
  try {
    parseRegistryReference(name.replace(/^docker:\/\//, ''));
    return 'qualified';
  } catch (error) {
    if (!isImgcheckError(error, 'usage')) throw error;
    return error instanceof NakedNameError || /^docker\.io\/[^/]+$/.test(name) ? 'naked' : 'wrong';
  }
}

function findingOf({ source, name, evidence, doubtful, kind }: Saying & { readonly kind: NameKind }): Finding[] {
  if (kind === 'wrong') {
    return [
      { outcome: 'unknown', message: `${source} names a base that is none: ${shown(name)}`, evidence: [evidence] },
    ];
  }
  if (kind !== 'naked') return [];
  return [
    {
      outcome: doubtful ? 'unknown' : 'fail',
      message: `${source} names the base ${shown(name)}, which does not say which registry it comes from${doubtful ? '; it may be that of a base, none is proved' : ''}`,
      evidence: [evidence],
      remedy: baseQualified.remedy,
    },
  ];
}
