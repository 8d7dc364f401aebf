import { dirname, resolve } from 'node:path';
import { FactsStore } from '../layer/store.js';
import type { LayerGatherer } from '../examination/layers.js';
import { parsePlatform, platformOf, type Platform } from '../oci/platform.js';
import type { Policy } from '../policy/policy.js';
import { loadCertificates } from '../registry/certs.js';
import type { RegistriesConf } from '../containers/registries-conf.js';
import { RegistryClient } from '../registry/client.js';
import { loadCredentials } from '../registry/credentials.js';
import { cacheFolder } from './folders.js';
import type { CommonOptions } from './options.js';
import { loadPolicy } from './policy-file.js';
import { KeptDocuments } from '../state/kept-documents.js';
import { TagMemory } from '../state/tag-memory.js';
import type { Keyring } from '../openpgp/keyring.js';
import type { RepositoryChoice } from '../examination/repositories.js';
import { WebClient } from '../registry/web.js';
import { openLayerReader } from './layer-reading.js';
import { registriesConf } from './registries.js';
import { openProgress, type Progress } from './progress.js';
import type { RepositoryOptions } from './repositories.js';
import { version } from './version.js';

/** One manifest, list, layer or file with all its tries, in ms: a server that trickles must not hold the night up. */
const totalTime = 3_600_000;

/** Everything that one run of the program works with; opened by a command, closed by it. */
export interface Session {
  readonly client: RegistryClient;
  /** Where names lead: mirrors, other locations, blocked and insecure registries. */
  readonly registries: RegistriesConf;
  readonly reader: LayerGatherer;
  readonly store: FactsStore;
  readonly documents: KeptDocuments;
  readonly tags: TagMemory;
  readonly platform: Platform;
  readonly policy: Policy;
  readonly rpmKeys: Keyring | undefined;
  readonly repositories: readonly RepositoryChoice[];
  readonly web: WebClient;
  readonly progress: Progress;
  readonly now: Date;
  close(): Promise<void>;
}

/** @throws ImgcheckError usage for options, policy, credential files and a registries.conf that are wrong */
export async function openSession(options: CommonOptions): Promise<Session> {
  const { env } = process;
  const platform = options.platform === undefined ? platformOf(process.arch) : parsePlatform(options.platform);
  const policy = await loadPolicy(options.policy);
  const registries = await registriesConf(options.registriesConf);
  const rpmKeys = await keysOf(options, policy);
  const now = new Date();
  const cache = cacheFolder(options.cache);
  const store = new FactsStore(cache);
  const documents = new KeptDocuments(cache);
  const tags = new TagMemory(cache, now);
  const progress = openProgress(process.stderr, options.quiet !== true && process.stderr.isTTY === true);
  const connections = {
    certificates: loadCertificates(env, options.certDir === undefined ? {} : { certDir: options.certDir }),
    tlsVerify: options.tlsVerify,
    env,
    userAgent: `imgcheck/${version()}`,
    timeouts: { total: totalTime },
  };
  const client = new RegistryClient({
    ...connections,
    credentials: loadCredentials(env, options.authfile === undefined ? {} : { authfile: options.authfile }),
  });
  const web = new WebClient(connections);
  const { jobs, engine, verifyFiles: files = false } = options;
  const reader = openLayerReader({ store, jobs, files, engine, onProgress: progress.layer });
  return {
    client,
    registries,
    reader,
    store,
    documents,
    tags,
    platform,
    policy,
    rpmKeys,
    repositories: await repositoriesOf(options, { policy, rpmKeys, web, cache }),
    web,
    progress,
    now,
    close: async () => {
      progress.clear();
      await client.close();
      await web.close();
      await Promise.all([documents.settle(), tags.settle()]);
      if (options.quiet === true) return;
      for (const [what, { writeError }] of Object.entries({ facts: store, documents, tags })) {
        if (writeError === undefined) continue;
        process.stderr.write(`imgcheck: note: ${what} could not be kept for the next run: ${writeError}\n`);
      }
    },
  };
}

/** What reads keys is loaded only when there are some. */
async function keysOf({ rpmKeys = [] }: CommonOptions, policy: Policy): Promise<Keyring | undefined> {
  const paths = [...rpmKeys, ...policy.rpmKeys.map((path) => resolve(dirname(policy.from), path))];
  return paths.length === 0 ? undefined : (await import('./rpm-keys.js')).loadRpmKeys(paths);
}

/** As with keys. */
async function repositoriesOf(
  { repo = [] }: CommonOptions,
  settings: Omit<RepositoryOptions, 'named'>,
): Promise<readonly RepositoryChoice[]> {
  if (repo.length === 0 && settings.policy.repositories.length === 0) return [];
  return (await import('./repositories.js')).openRepositories({ named: repo, ...settings });
}
