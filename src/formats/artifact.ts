/** A file or folder that a build made. */
export interface Artifact {
  /** `oci` is a layout folder, `oci-archive` the same as one file: the names of skopeo's transports. */
  readonly format: string;
  /** Name in the output folder. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Digest of the file; of `index.json` if the artifact is a layout folder. */
  readonly sha256: string;
}
