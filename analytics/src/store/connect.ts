import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'

/** How the analytics process reaches ClickHouse: its own door, or a server. */
export interface StoreAddress {
  readonly url: string
  readonly user: string
  readonly password: string
}

/** A client of the obs database. At most 8 connections; a request that takes more than 30 s is given up. */
export function connectStore({ url, user, password }: StoreAddress): ClickHouseClient {
  return createClient({
    url,
    username: user,
    password,
    application: 'lighthouse-analytics',
    request_timeout: 30_000,
    max_open_connections: 8,
    // Whoever asks handles the rejection; the client's own lines would say it twice.
    log: { level: ClickHouseLogLevel.OFF },
    compression: { request: false, response: false },
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  })
}
