import { baseConflict } from './base-conflict.js';
import { baseCurrent } from './base-current.js';
import { baseQualified } from './base-qualified.js';
import type { Check } from './check.js';
import { deviceNodes } from './device-nodes.js';
import { dockerSocket } from './docker-socket.js';
import { fileCapabilities } from './file-capabilities.js';
import { filesAsPackaged } from './files-as-packaged.js';
import { layerDowngrades } from './layer-downgrades.js';
import { layersIntact } from './layers-intact.js';
import { notPrivileged } from './not-privileged.js';
import { packageCachesCleaned } from './package-caches-cleaned.js';
import { packageDatabase } from './package-database.js';
import { packagesCurrent } from './packages-current.js';
import { packagesSigned } from './packages-signed.js';
import { seccomp } from './seccomp.js';
import { selinuxLabels } from './selinux-labels.js';
import { secrets } from './secrets.js';
import { setuid } from './setuid.js';
import { signature } from './signature.js';
import { signer } from './signer.js';
import { stateOutsideImage } from './state-outside-image.js';
import { tagMovedBack } from './tag-moved-back.js';
import { tls } from './tls.js';
import { updateLayerCurrent } from './update-layer-current.js';
import { userNotRoot } from './user-not-root.js';
import { worldWritable } from './world-writable.js';

/** Every check, by id. */
export const checks: readonly Check[] = [
  baseConflict,
  baseCurrent,
  baseQualified,
  deviceNodes,
  dockerSocket,
  fileCapabilities,
  filesAsPackaged,
  layerDowngrades,
  layersIntact,
  notPrivileged,
  packageCachesCleaned,
  packageDatabase,
  packagesCurrent,
  packagesSigned,
  seccomp,
  secrets,
  selinuxLabels,
  setuid,
  signature,
  signer,
  stateOutsideImage,
  tagMovedBack,
  tls,
  updateLayerCurrent,
  userNotRoot,
  worldWritable,
];
