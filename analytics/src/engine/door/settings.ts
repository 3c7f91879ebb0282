import type { Settings } from '../session.js'
import { refusal } from '../engine-error.js'
import type { DoorUser } from './authenticate.js'

/** URL parameters that are not settings. */
const NOT_SETTINGS =
  /^(?:query|database|default_format|user|password|query_id|session_|param_|http_|quota_key|role$|compress$|decompress$|enable_http_compression|wait_end_of_query|send_progress_in_http_headers|buffer_size|client_protocol_version|add_http_cors_header|log_queries|cancel_http_readonly_queries_on_client_close|stacktrace|send_logs_level)/

/** What a query of each kind of user is held to. Seconds, bytes, rows. */
const LIMITS = {
  readOnly: {
    max_execution_time: 30,
    max_memory_usage: 1_000_000_000,
    max_result_rows: 1_000_000,
    max_result_bytes: 256_000_000,
    result_overflow_mode: 'throw',
    readonly: 1,
  },
  writer: { max_execution_time: 120, max_memory_usage: 3_000_000_000 },
} as const

/**
 * The settings of one query: the caller's own, from the URL, within the limits of the user. A read-only caller may set
 * none, as with readonly=1 on a server (code 164); the engine itself refuses unknown names (code 115).
 */
export function settingsOf(user: DoorUser, isGet: boolean, search: URLSearchParams): Settings {
  if (search.get('compress') === '1' || search.get('decompress') === '1') {
    throw refusal(48, 'NOT_IMPLEMENTED', 'Native LZ4 frames are not spoken here; use no compression or gzip.')
  }
  const own: Record<string, string> = {}
  for (const [key, value] of search) if (!NOT_SETTINGS.test(key)) own[key] = value
  const name = Object.keys(own)[0]
  if (user.readOnly && name !== undefined) {
    throw refusal(164, 'READONLY', `Cannot modify '${name}' setting in readonly mode.`)
  }
  if (user.readOnly) return LIMITS.readOnly
  return isGet ? { ...LIMITS.writer, ...own, readonly: 1 } : { ...LIMITS.writer, ...own }
}
