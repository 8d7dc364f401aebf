import type { Analyzer, Located } from '../layer/analyzer.js';
import { accounts } from './accounts.js';
import { buildInfo } from './build-info.js';
import { daemonJson } from './daemon-json.js';
import { directoryLinks } from './directory-links.js';
import { fileTable } from './file-table.js';
import { osRelease } from './os-release.js';
import { packageCaches } from './package-caches.js';
import { packageManagers } from './package-managers.js';
import { rpmFiles } from './rpm-files.js';
import { rpmKeys } from './rpm-keys.js';
import { rpmdb } from './rpmdb.js';
import { secrets } from './secrets.js';
import { selinuxLabels } from './selinux-labels.js';
import { specialFiles } from './special-files.js';
import { statePaths } from './state-paths.js';
import { temporaryFolders } from './temporary-folders.js';

/** Every kind of fact that is always gathered from a layer, by name. */
export const analyzers: readonly Analyzer<Located>[] = [
  accounts,
  buildInfo,
  daemonJson,
  directoryLinks,
  osRelease,
  packageCaches,
  packageManagers,
  rpmKeys,
  rpmdb,
  secrets,
  selinuxLabels,
  specialFiles,
  statePaths,
  temporaryFolders,
];

/** What is gathered besides when files are to be compared with their packages: it reads every byte of every file. */
export const fileAnalyzers: readonly Analyzer<Located>[] = [fileTable, rpmFiles];
