import { dirname, resolve } from 'node:path';
import type { RepositoryChoice } from '../examination/repositories.js';
import { verifyDetached } from '../openpgp/detached.js';
import type { Keyring } from '../openpgp/keyring.js';
import type { Policy } from '../policy/policy.js';
import type { WebClient } from '../registry/web.js';
import { openRepository, type RepositorySettings } from '../repository/repository.js';

export interface RepositoryOptions {
  /** `--repo`: for every image. */
  readonly named: readonly string[];
  readonly policy: Policy;
  readonly rpmKeys: Keyring | undefined;
  readonly web: WebClient;
  readonly cache: string | undefined;
}

/**
 * The repositories of the command line and of the policy, relative folders of the policy as seen from its file.
 * @throws ImgcheckError usage for a URL that is none
 */
export function openRepositories({ named, policy, rpmKeys, web, cache }: RepositoryOptions): RepositoryChoice[] {
  const settings: RepositorySettings = {
    web,
    ...(cache === undefined ? {} : { cache }),
    ...(rpmKeys
      ? { verifyDetached: (content, signature) => Promise.resolve(verifyDetached(content, signature, rpmKeys)) }
      : {}),
  };
  const fromPolicy = policy.repositories.map(({ location, ...fitting }) => ({
    repository: openRepository(isUrl(location) ? location : resolve(dirname(policy.from), location), settings),
    ...fitting,
  }));
  return [...named.map((location) => ({ repository: openRepository(location, settings) })), ...fromPolicy];
}

function isUrl(location: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(location);
}
