import { rename, writeFile } from 'node:fs/promises'

/** Writes a file that only its owner reads, all at once: a reader sees the old text or the new one. */
export async function writePrivate(file: string, text: string): Promise<void> {
  const part = `${file}.${process.pid}.part`
  await writeFile(part, text, { mode: 0o600 })
  await rename(part, file)
}
