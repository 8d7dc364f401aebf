import { escapeText } from '../core/escape.js';
import { safeJson } from './safe-json.js';
import { safeUri } from './safe-uri.js';

/** SARIF 2.1.0 (OASIS, sarif-v2.1.0): as much of it as is written here. */
export interface SarifRun {
  readonly rules: readonly SarifRule[];
  readonly results: readonly SarifResult[];
  /** What stood in the way of a whole answer. */
  readonly notifications: readonly { readonly text: string; readonly location: SarifLocation }[];
  /** False where nothing could be examined. */
  readonly successful: boolean;
  readonly exitCode: number;
  /** Tells runs of one file apart. */
  readonly id?: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What checks and lint rules have in common. */
export interface SarifRule {
  readonly id: string;
  readonly asks: string;
  readonly reason: string;
  readonly remedy: string;
  readonly guide?: string;
}

export interface SarifResult {
  readonly rule: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
  /** The first is where a reader is led to. */
  readonly locations: readonly [SarifLocation, ...SarifLocation[]];
  /** Why somebody answers for it. */
  readonly suppression?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface SarifLocation {
  /** A path or reference, not yet escaped; `root` says that it is one within the image. */
  readonly path: string;
  readonly root?: boolean;
  readonly line?: number;
  readonly column?: number;
  readonly logical?: readonly { readonly name: string; readonly kind: string }[];
}

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** The base of paths within the image (3.14.14): a symbol, since there is no place where the image lies unpacked. */
const rootName = 'IMAGE_ROOT';

/** The whole document; `version` is imgcheck's own. */
export function renderSarifLog(runs: readonly SarifRun[], version: string): string {
  return `${safeJson({ $schema: schema, version: '2.1.0', runs: runs.map((run) => runOf(run, version)) }, 2)}\n`;
}

function runOf(run: SarifRun, version: string): object {
  const indices = new Map(run.rules.map(({ id }, i) => [id, i]));
  return {
    tool: { driver: { name: 'imgcheck', semanticVersion: version, rules: run.rules.map(ruleOf) } },
    invocations: [
      {
        executionSuccessful: run.successful,
        exitCode: run.exitCode,
        toolExecutionNotifications: run.notifications.map(({ text, location }) => ({
          level: 'error',
          message: { text: plainText(text) },
          locations: [locationOf(location)],
        })),
      },
    ],
    ...(run.id === undefined ? {} : { automationDetails: { id: escapeText(run.id) } }),
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [rootName]: { description: { text: 'the root of the image’s file system' } } },
    results: run.results.map((result) => resultOf(result, indices)),
    properties: run.properties,
  };
}

function ruleOf({ id, asks, reason, remedy, guide }: SarifRule): object {
  const chapter = guide === undefined ? '' : ` (Container Security Guide, chapter ${guide})`;
  return {
    id,
    shortDescription: { text: asks },
    fullDescription: { text: reason },
    help: { text: `${remedy}${chapter}` },
    properties: { tags: ['security', 'container'] },
  };
}

function resultOf(result: SarifResult, indices: ReadonlyMap<string, number>): object {
  const { rule, level, message, locations, suppression, properties } = result;
  const [first, ...rest] = locations;
  return {
    ruleId: rule,
    ruleIndex: indices.get(rule) ?? -1,
    level,
    message: { text: plainText(message) },
    locations: [locationOf(first)],
    // Several under `locations` would say that all must be changed at once (3.27.12).
    ...(rest.length > 0 ? { relatedLocations: rest.map((one, i) => ({ id: i + 1, ...locationOf(one) })) } : {}),
    ...(suppression === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: escapeText(suppression) }] }),
    ...(properties === undefined ? {} : { properties }),
  };
}

function locationOf({ path, root, line, column, logical = [] }: SarifLocation): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: safeUri(path), ...(root ? { uriBaseId: rootName } : {}) },
      // A region is what code scanning asks for; of what has no lines the first is as good as any.
      region: { startLine: line ?? 1, ...(column === undefined ? {} : { startColumn: column }) },
    },
    ...(logical.length > 0
      ? { logicalLocations: logical.map(({ name, kind }) => ({ fullyQualifiedName: escapeText(name), kind })) }
      : {}),
  };
}

/** Text as it is: in a message, `[words](address)` would become a link (3.11.6), and who made the image chose the words. */
function plainText(text: string): string {
  return escapeText(text).replace(/\](?=\()/g, '\\]');
}
