/** Names the sample distribution; the same values stand in its os-release, its repositories and its tests. */
export const release = {
  id: 'sample',
  name: 'Sample Linux',
  version: '4.0',
  home: 'https://example.invalid/sample',
} as const;

/** Time stamp of everything that is made by hand: 2026-01-01T00:00:00Z. */
export const handMadeEpoch = 1_767_225_600;
