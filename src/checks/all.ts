import { baseConflict } from './base-conflict.js';
import { baseCurrent } from './base-current.js';
import type { Check } from './check.js';
import { deviceNodes } from './device-nodes.js';
import { fileCapabilities } from './file-capabilities.js';
import { filesAsPackaged } from './files-as-packaged.js';
import { layersIntact } from './layers-intact.js';
import { packageDatabase } from './package-database.js';
import { packagesCurrent } from './packages-current.js';
import { packagesSigned } from './packages-signed.js';
import { setuid } from './setuid.js';
import { tls } from './tls.js';
import { worldWritable } from './world-writable.js';

/** Every check, by id. */
export const checks: readonly Check[] = [
  baseConflict,
  baseCurrent,
  deviceNodes,
  fileCapabilities,
  filesAsPackaged,
  layersIntact,
  packageDatabase,
  packagesCurrent,
  packagesSigned,
  setuid,
  tls,
  worldWritable,
];
