/** What is known of a platform without an image. Pure: the schema, the plan and help texts are derived from these rows. */
export interface PlatformRow {
  /** As definitions and `hew verify --for` name it. */
  readonly id: string;
  /** As people write it. */
  readonly label: string;
}
