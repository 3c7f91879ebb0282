import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

/** A name with a content hash, as bundlers write it: `index-B3f9_aZk.js`. It never changes its content. */
const HASHED = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/

/** `unsafe-inline` for styles only: charts and editors set them. Workers come from blobs in the query editor. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
].join('; ')

const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
}

/**
 * Sends a file of the console; a path without a file gets `index.html`, whose router knows its own addresses. False
 * when there is nothing to send: the path leaves the folder, names an asset that does not exist, or there is no console.
 */
export async function sendConsoleFile(
  folder: string,
  path: string,
  response: ServerResponse,
  head: boolean,
): Promise<boolean> {
  const file = await find(folder, path)
  if (file === undefined) return false
  const { size } = await stat(file)
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
    'content-length': size,
    'cache-control': HASHED.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
  if (head) response.end()
  // The reader going away in the middle is not a fault.
  else await pipeline(createReadStream(file), response).catch(() => undefined)
  return true
}

async function find(folder: string, path: string): Promise<string | undefined> {
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return undefined
  }
  if (decoded.includes('\0') || decoded.includes('\\') || decoded.split('/').includes('..')) return undefined
  const exact = await fileInside(folder, decoded)
  if (exact !== undefined) return exact
  return extname(decoded) === '' ? fileInside(folder, 'index.html') : undefined
}

/** Symbolic links are followed, and must not lead out of the folder either. */
async function fileInside(folder: string, path: string): Promise<string | undefined> {
  try {
    const root = await realpath(folder)
    const file = await realpath(join(root, path))
    if (!file.startsWith(root + sep)) return undefined
    return (await stat(file)).isFile() ? file : undefined
  } catch {
    return undefined
  }
}
