import type { Content, Examination, SpecialEntry } from '../examination/examination.js';
import { Squash } from '../layer/squash.js';
import type { RunConfig } from '../oci/config.js';
import { findServices, type FoundServices } from './find-services.js';
import { parsePort, type Port } from './port.js';
import { resolveRunUser, type RunUser } from './run-user.js';
import { startedPrograms, type StartedPrograms } from './started-programs.js';

/** An image as advice sees it. */
export interface AdviceSubject {
  readonly run: RunConfig;
  readonly content: Content;
  /** Of the visible image. */
  readonly stack: Squash;
  readonly user: RunUser;
  readonly started: StartedPrograms;
  readonly services: FoundServices;
  readonly ports: readonly Port[];
  /** Programs that give rights to whoever starts them, and that the image shows. */
  readonly privileged: readonly SpecialEntry[];
  /** Of those, the ones that the command names. */
  readonly startedPrivileged: readonly SpecialEntry[];
}

/** Reads out of an examination with its layers what advice is made of. */
export function adviceSubject({ image }: Examination, content: Content): AdviceSubject {
  const { run } = image.config;
  const started = startedPrograms(run);
  const privileged = content.special.filter(
    ({ file, hidden }) =>
      !hidden && file.kinds.some((kind) => kind === 'setuid' || kind === 'setgid' || kind === 'capabilities'),
  );
  return {
    run,
    content,
    stack: new Squash(content.layers),
    user: resolveRunUser(run.user, content.users?.fact),
    started,
    services: findServices(started, content.packages.packages),
    ports: run.exposedPorts.flatMap((text) => parsePort(text) ?? []),
    privileged,
    startedPrivileged: privileged.filter((one) => started.programs.some(({ word }) => isNamed(one.file.path, word))),
  };
}

const programFolder = /^(?:usr\/)?(?:local\/)?s?bin\//;

/** Whether a word of a command starts the file: a bare name through PATH, `/bin/x` also where /bin is /usr/bin. */
function isNamed(path: string, word: string): boolean {
  if (!word.includes('/')) return programFolder.test(path) && path.slice(path.lastIndexOf('/') + 1) === word;
  const canonical = word.replace(/\/{2,}/g, '/').replace(/^\//, '');
  return path === canonical || path === `usr/${canonical}` || `usr/${path}` === canonical;
}

/** Evidence that is one special file, with its owner where that is known. */
export function specialEvidence({ file, layer, package: owner }: SpecialEntry): {
  readonly type: 'file';
  readonly path: string;
  readonly layer: number;
  readonly package?: string;
} {
  return { type: 'file', path: `/${file.path}`, layer, ...(owner === undefined ? {} : { package: owner }) };
}
