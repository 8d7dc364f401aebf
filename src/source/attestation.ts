import type { Descriptor } from '../oci/descriptor.js';

/** True for what BuildKit puts beside the images of an index: provenance and SBOMs, which no platform runs. */
export function isAttestation(descriptor: Descriptor): boolean {
  const { annotations, platform } = descriptor;
  return (
    annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' ||
    (platform?.os === 'unknown' && platform.architecture === 'unknown')
  );
}
