import { HOOK_CLIENTS } from '@lighthouse/client/hook/clients'
import { Option } from 'commander'

/** `--for <agent>`: whose hook it is. */
export function forOption(description: string): Option {
  return new Option('--for <agent>', description).choices(Object.keys(HOOK_CLIENTS))
}
