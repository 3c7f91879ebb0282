/** How the analytics process ends, as its parent sees it. */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  /** A setting is missing or makes no sense. */
  badConfig: 64,
  /** chDB is not installed and no server is configured: run without analytics. */
  noEngine: 69,
  /** The database was migrated by files that are not these. */
  drift: 70,
} as const

/** The argument with which a parent starts the process: it then ends with its parent. */
export const WITH_PARENT = '--with-parent'
