import type { Analyzer, Located } from '../layer/analyzer.js';
import { accounts } from './accounts.js';
import { directoryLinks } from './directory-links.js';
import { osRelease } from './os-release.js';
import { packageManagers } from './package-managers.js';
import { rpmdb } from './rpmdb.js';
import { specialFiles } from './special-files.js';

/** Every kind of fact that is gathered from a layer, by name. */
export const analyzers: readonly Analyzer<Located>[] = [
  accounts,
  directoryLinks,
  osRelease,
  packageManagers,
  rpmdb,
  specialFiles,
];
