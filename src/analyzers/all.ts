import type { Analyzer, Located } from '../layer/analyzer.js';
import { accounts } from './accounts.js';
import { directoryLinks } from './directory-links.js';
import { fileTable } from './file-table.js';
import { osRelease } from './os-release.js';
import { packageManagers } from './package-managers.js';
import { rpmFiles } from './rpm-files.js';
import { rpmKeys } from './rpm-keys.js';
import { rpmdb } from './rpmdb.js';
import { specialFiles } from './special-files.js';

/** Every kind of fact that is always gathered from a layer, by name. */
export const analyzers: readonly Analyzer<Located>[] = [
  accounts,
  directoryLinks,
  osRelease,
  packageManagers,
  rpmKeys,
  rpmdb,
  specialFiles,
];

/** What is gathered besides when files are to be compared with their packages: it reads every byte of every file. */
export const fileAnalyzers: readonly Analyzer<Located>[] = [fileTable, rpmFiles];
