import { ImgcheckError } from '../core/error.js';
import type { Digest } from '../oci/digest.js';
import type { RegistryReference } from '../oci/reference.js';
import { policyScopes } from './policy-scope.js';
import { readRegistriesD } from './registries-d-section.js';

/** One configuration section: what it says, and undefined for what it leaves to less specific ones. */
export interface RegistriesDSection {
  /** The file it stands in. */
  readonly path: string;
  readonly lookaside: string | undefined;
  readonly attachments: boolean | undefined;
}

/** What registries.d says, of one file or of all merged (containers-registries.d(5)). */
export interface RegistriesD {
  readonly defaultDocker: RegistriesDSection | undefined;
  /** By scope, as the scopes of a policy's docker transport. */
  readonly docker: ReadonlyMap<string, RegistriesDSection>;
  /** Keys that mean nothing, each with its file: perhaps misspelt. */
  readonly ignored: readonly string[];
}

/** Where the signatures of an image lie. */
export interface SignaturePlaces {
  /** Base URL of the lookaside store, of scheme http, https or file, as it is written. */
  readonly lookaside?: string;
  /** Whether sigstore signatures are looked for beside the image. */
  readonly attachments: boolean;
  /** Which file and scope said so. */
  readonly from: { readonly lookaside?: string; readonly attachments?: string };
}

const sizeLimit = 1024 * 1024;

/**
 * Reads one file of registries.d. Keys that are not known are left aside, as containers/image does, and named.
 * @throws ImgcheckError usage with the file, and the line where the text is not YAML
 */
export async function parseRegistriesD(text: string, path: string): Promise<RegistriesD> {
  const hint = 'see containers-registries.d(5)';
  if (text.length > sizeLimit) {
    throw new ImgcheckError('usage', `the file exceeds ${sizeLimit} bytes`, { subject: path, hint });
  }
  const { parseDocument } = await import('yaml');
  // Version 1.1: `yes` is a boolean there, and to the readers that these files are written for.
  const document = parseDocument(text, { version: '1.1', uniqueKeys: true, logLevel: 'error', merge: false });
  const [problem] = document.errors;
  if (problem) {
    const at = problem.linePos?.[0];
    const subject = at ? `${path}:${at.line}:${at.col}` : path;
    throw new ImgcheckError('usage', problem.message.split(/ at line |\n/)[0] ?? 'not YAML', { subject, hint });
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    // An alias without its anchor, or aliases that multiply past the limit.
    if (!(cause instanceof ReferenceError)) throw cause;
    throw new ImgcheckError('usage', 'the aliases cannot be resolved', { subject: path, hint, cause });
  }
  return readRegistriesD(value, path);
}

/**
 * All files of a registries.d as one.
 * @throws ImgcheckError usage naming both files when two have the same scope, or default-docker
 */
export function mergeRegistriesD(files: readonly RegistriesD[]): RegistriesD {
  let defaultDocker: RegistriesDSection | undefined;
  const docker = new Map<string, RegistriesDSection>();
  for (const file of files) {
    if (defaultDocker && file.defaultDocker) throw twice('default-docker', defaultDocker, file.defaultDocker);
    defaultDocker ??= file.defaultDocker;
    for (const [scope, section] of file.docker) {
      const other = docker.get(scope);
      if (other) throw twice(`docker scope ${scope}`, other, section);
      docker.set(scope, section);
    }
  }
  return { defaultDocker, docker, ignored: files.flatMap((file) => file.ignored) };
}

function twice(what: string, first: RegistriesDSection, second: RegistriesDSection): ImgcheckError {
  return new ImgcheckError('usage', `${what} is set in ${first.path} and in ${second.path}`, {
    subject: second.path,
    hint: 'write each scope in one file only',
  });
}

/**
 * Where the signatures of an image lie: each key from the most specific section that has it, default-docker at last.
 * The manual says that only the most specific section counts; containers/image goes on, key by key, and so does this.
 * @param reference the physical one, after mirrors and locations
 * @throws ImgcheckError usage naming file and scope for a lookaside that is no http, https or file URL
 */
export function lookupRegistriesD(conf: RegistriesD, reference: RegistryReference): SignaturePlaces {
  const sections: { from: string; section: RegistriesDSection }[] = [];
  const add = (scope: string, section: RegistriesDSection | undefined): void => {
    if (section) sections.push({ from: `${section.path} (${scope})`, section });
  };
  for (const scope of policyScopes(reference)) add(scope, conf.docker.get(scope));
  add('default-docker', conf.defaultDocker);
  const store = sections.find(({ section }) => section.lookaside !== undefined);
  const beside = sections.find(({ section }) => section.attachments !== undefined);
  if (store) checkLookaside(store.section.lookaside ?? '', store.from);
  return {
    ...(store?.section.lookaside === undefined ? {} : { lookaside: store.section.lookaside }),
    attachments: beside?.section.attachments ?? false,
    from: { ...(store ? { lookaside: store.from } : {}), ...(beside ? { attachments: beside.from } : {}) },
  };
}

/**
 * Where the Nth signature (from 1) of a manifest lies in a lookaside store (signature-protocols.md, lookaside storage).
 * A query of the base stays behind the path; a base that ends in / gives //, as containers/image makes it.
 */
export function lookasideUrl(base: string, repositoryPath: string, digest: Digest, index: number): string {
  const [, root = '', query = ''] = /^([^?#]*)(\?[^#]*)?/.exec(base) ?? [];
  return `${root}/${repositoryPath}@${digest.replace(':', '=')}/signature-${index}${query}`;
}

/** The URL itself stays out of the error: it may hold a password. */
function checkLookaside(base: string, from: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(base)?.[1]?.toLowerCase();
  const known = scheme === 'http' || scheme === 'https' || scheme === 'file';
  if (known && URL.canParse(base) && !/[\s\u0000-\u001f]/.test(base)) return;
  const got = scheme === undefined ? 'none' : known ? 'a malformed one' : `one of ${scheme}`;
  throw new ImgcheckError('usage', `lookaside: expected an http, https or file URL, got ${got}`, {
    subject: from,
    hint: 'see containers-registries.d(5)',
  });
}
