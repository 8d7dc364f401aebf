import type { Bytes } from '../core/stream.js';
import type { Descriptor } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';
import type { ImageReference } from '../oci/reference.js';

/** A manifest (or index) as it came: the bytes are what every digest and signature is about, so they are kept raw. */
export interface RawManifest {
  /** The descriptor the reference resolved to: media type as served, digest of these very bytes, their size. */
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** Where an image was really read: what certificates, credentials and signature stores go by. The reference stays the name. */
export interface PullLocation {
  readonly registry: string;
  readonly repository: string;
  /** By registries.conf: certificates need not hold there, and plain HTTP will do. */
  readonly insecure: boolean;
  readonly mirror: boolean;
}

/**
 * What one writes to add a place where images lie. Nothing that it yields is believed:
 * `verified()` wraps every transport and hashes each byte.
 */
export interface Transport {
  readonly reference: ImageReference;
  /** The manifest or index that the reference names now. @throws ImgcheckError missing, auth, network, tls, usage */
  resolve(): Promise<RawManifest>;
  /** A manifest, config or layer by descriptor; unverified. */
  fetch(descriptor: Descriptor): Bytes;
  /** Artifacts that name the descriptor as their subject; [] where the transport has no such notion. */
  referrers(descriptor: Descriptor): Promise<readonly Descriptor[]>;
  /**
   * The manifest that another tag of the same place names; unverified.
   * @throws ImgcheckError missing where there is no such tag, or no notion of tags
   */
  tagged(tag: string): Promise<RawManifest>;
  /** Signatures that the place itself keeps for a manifest; undefined where it has no notion of that. */
  storedSignatures(digest: Digest): Promise<readonly Uint8Array[] | undefined>;
  /** Undefined before `resolve` has answered, and for what lies on this machine. */
  location(): PullLocation | undefined;
  /** How registries.conf changed where it was read from, and which mirrors were passed over, so far. */
  notes(): readonly string[];
  /** Frees what is open (files, sockets). */
  close(): Promise<void>;
}

declare const verifiedMark: unique symbol;
/** Bytes that fail, with kind `integrity`, before they end unless size and digest are those of their descriptor. */
export type VerifiedBytes = Bytes & { readonly [verifiedMark]: true };

/** What one gets: the same image, every byte verified. */
export interface ImageSource {
  readonly reference: ImageReference;
  resolve(): Promise<RawManifest>;
  fetch(descriptor: Descriptor): VerifiedBytes;
  /** Whole and verified, for documents. @throws ImgcheckError hostile when the descriptor's size exceeds `limit` */
  document(descriptor: Descriptor, limit?: number): Promise<Uint8Array>;
  referrers(descriptor: Descriptor): Promise<readonly Descriptor[]>;
  /** What another tag of the same place names, its bytes hashed. Throws as Transport.tagged, and integrity. */
  tagged(tag: string): Promise<RawManifest>;
  /** As Transport.storedSignatures: nothing says that they are good. */
  storedSignatures(digest: Digest): Promise<readonly Uint8Array[] | undefined>;
  location(): PullLocation | undefined;
  notes(): readonly string[];
  close(): Promise<void>;
}
