import { ClientError } from '../src/client-error.js'

/** The coded error that work must end with. */
export async function refusal(work: Promise<unknown>): Promise<ClientError> {
  try {
    await work
  } catch (error) {
    if (error instanceof ClientError) return error
    throw error
  }
  throw new Error('it did not reject')
}
