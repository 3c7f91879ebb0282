import { crc32 } from 'node:zlib'
import type { EventType } from '@lighthouse/contract/event-types'
import type { LogEvent } from '../event.js'
import { CorruptEventError } from './event-log.js'

/** Layout: version (1 byte), CRC-32 of sequence and payload (4 bytes, big endian), payload (JSON array, UTF-8). */
const VERSION = 1
const HEAD_BYTES = 5

type Payload = readonly [
  id: string,
  type: EventType,
  aggregateId: string,
  aggregateType: string,
  aggregateVersion: number,
  timestamp: number,
  agentId: string,
  correlationId: string | null,
  causationId: string | null,
  data: unknown,
]

/** The bytes of an event; `dataText` is its data as JSON, so that it is not serialised twice. */
export function encodeRecord(event: LogEvent, dataText: string): Buffer {
  const { id, type, aggregateId, aggregateType, aggregateVersion, timestamp, agentId } = event
  const { correlationId, causationId, sequence } = event
  const meta = [id, type, aggregateId, aggregateType, aggregateVersion, timestamp, agentId]
  const json = `${JSON.stringify([...meta, correlationId, causationId]).slice(0, -1)},${dataText}]`
  const size = Buffer.byteLength(json)
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + size)
  bytes.write(json, HEAD_BYTES)
  bytes.writeUInt8(VERSION, 0)
  bytes.writeUInt32BE(checksum(sequence, bytes.subarray(HEAD_BYTES)), 1)
  return bytes
}

/** The event of {@link encodeRecord}; throws CorruptEventError when any byte of it, or its place, has changed. */
export function decodeRecord(sequence: number, bytes: Buffer | undefined): LogEvent {
  if (bytes === undefined) throw new CorruptEventError(sequence, 'it is missing')
  if (bytes.length <= HEAD_BYTES || bytes.readUInt8(0) !== VERSION) {
    throw new CorruptEventError(sequence, 'it has no known format')
  }
  const payload = bytes.subarray(HEAD_BYTES)
  if (bytes.readUInt32BE(1) !== checksum(sequence, payload)) {
    throw new CorruptEventError(sequence, 'its checksum does not match')
  }
  const [
    id,
    type,
    aggregateId,
    aggregateType,
    aggregateVersion,
    timestamp,
    agentId,
    correlationId,
    causationId,
    data,
  ] = JSON.parse(payload.toString('utf8')) as Payload
  return {
    id,
    sequence,
    type,
    aggregateId,
    aggregateType,
    aggregateVersion,
    timestamp,
    data,
    correlationId,
    causationId,
    agentId,
  }
}

/** Covers the sequence too, so that a record under another's key is noticed. */
function checksum(sequence: number, payload: Buffer): number {
  return crc32(payload, crc32(String(sequence)))
}
