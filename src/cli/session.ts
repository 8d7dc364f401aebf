import { dirname, resolve } from 'node:path';
import { analyzers, fileAnalyzers } from '../analyzers/all.js';
import { FactsStore } from '../layer/store.js';
import { LayerReader } from '../examination/layers.js';
import { parsePlatform, platformOf, type Platform } from '../oci/platform.js';
import type { Policy } from '../policy/policy.js';
import { loadCertificates } from '../registry/certs.js';
import type { RegistriesConf } from '../containers/registries-conf.js';
import { RegistryClient } from '../registry/client.js';
import { loadCredentials } from '../registry/credentials.js';
import { loadRegistriesConf } from '../registry/registries-conf-files.js';
import { cacheFolder } from './folders.js';
import type { CommonOptions } from './options.js';
import { loadPolicy } from './policy-file.js';
import type { Keyring } from '../openpgp/keyring.js';
import type { RepositoryChoice } from '../examination/repositories.js';
import { WebClient } from '../registry/web.js';
import { openRepositories } from './repositories.js';
import { loadRpmKeys } from './rpm-keys.js';
import { openProgress, type Progress } from './progress.js';
import { version } from './version.js';

/** One manifest, list, layer or file with all its tries, in ms: a server that trickles must not hold the night up. */
const totalTime = 3_600_000;

/** Everything that one run of the program works with; opened by a command, closed by it. */
export interface Session {
  readonly client: RegistryClient;
  /** Where names lead: mirrors, other locations, blocked and insecure registries. */
  readonly registries: RegistriesConf;
  readonly reader: LayerReader;
  readonly store: FactsStore;
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
  const registries = await loadRegistriesConf(env, { file: options.registriesConf });
  const rpmKeys = await loadRpmKeys([
    ...options.rpmKeys,
    ...policy.rpmKeys.map((path) => resolve(dirname(policy.from), path)),
  ]);
  const store = new FactsStore(cacheFolder(options.cache));
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
  const reader = new LayerReader({
    store,
    jobs: options.jobs,
    analyzers: options.verifyFiles ? [...analyzers, ...fileAnalyzers] : analyzers,
    onProgress: progress.layer,
  });
  return {
    client,
    registries,
    reader,
    store,
    platform,
    policy,
    rpmKeys,
    repositories: openRepositories({
      named: options.repo,
      policy,
      rpmKeys,
      web,
      cache: cacheFolder(options.cache),
    }),
    web,
    progress,
    now: new Date(),
    close: async () => {
      progress.clear();
      await client.close();
      await web.close();
      if (store.writeError !== undefined && options.quiet !== true) {
        process.stderr.write(`imgcheck: note: facts could not be kept for the next run: ${store.writeError}\n`);
      }
    },
  };
}
