/** A file or folder that a build made. */
export interface Artifact {
  /** `oci` is a layout folder, `oci-archive` the same as one file: the names of skopeo's transports. */
  readonly format: string;
  /** Name in the output folder. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Of the file; of `index.json` where the artifact is a layout folder. */
  readonly sha256: string;
}
