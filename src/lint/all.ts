import { addFromUrl } from './add-from-url.js';
import { capabilitiesAdded } from './capabilities-added.js';
import { capabilitiesDropped } from './capabilities-dropped.js';
import { cleanTooLate } from './clean-too-late.js';
import { copyBeforePackages } from './copy-before-packages.js';
import { daemonTcp } from './daemon-tcp.js';
import { dockerfileSyntax } from './dockerfile-syntax.js';
import { engineSocket } from './engine-socket.js';
import { hostNamespaces } from './host-namespaces.js';
import { hostPath } from './host-path.js';
import { imagePinned } from './image-pinned.js';
import { imageQualified } from './image-qualified.js';
import { insecureRegistry } from './insecure-registry.js';
import { literalSecret } from './literal-secret.js';
import { packagesCleaned } from './packages-cleaned.js';
import { privilegeEscalation } from './privilege-escalation.js';
import { privilegedContainer } from './privileged-container.js';
import { readOnlyRoot } from './read-only-root.js';
import type { LintRule } from './rule.js';
import { runAsNonRoot } from './run-as-non-root.js';
import { seccompProfile } from './seccomp-profile.js';
import { seccompWidened } from './seccomp-widened.js';
import { selinuxConfined } from './selinux-confined.js';
import { selinuxLevelShared } from './selinux-level-shared.js';
import { suppressionReasoned } from './suppression-reasoned.js';
import { updateCached } from './update-cached.js';

/** Every rule, by id. */
export const rules: readonly LintRule[] = [
  addFromUrl,
  capabilitiesAdded,
  capabilitiesDropped,
  cleanTooLate,
  copyBeforePackages,
  daemonTcp,
  dockerfileSyntax,
  engineSocket,
  hostNamespaces,
  hostPath,
  imagePinned,
  imageQualified,
  insecureRegistry,
  literalSecret,
  packagesCleaned,
  privilegeEscalation,
  privilegedContainer,
  readOnlyRoot,
  runAsNonRoot,
  seccompProfile,
  seccompWidened,
  selinuxConfined,
  selinuxLevelShared,
  suppressionReasoned,
  updateCached,
];
