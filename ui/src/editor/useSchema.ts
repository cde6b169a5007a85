import { useQuery } from '@tanstack/react-query';
import { getSchema } from '../api/operations';
import type { Schema } from '../api/types';

const UNKNOWN: Schema = { tables: [], functions: [] };

/** What SQL can name; nothing where the server does not tell. */
export function useSchema(): Schema {
  const { data } = useQuery({
    queryKey: ['schema'],
    queryFn: ({ signal }) => getSchema(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? UNKNOWN;
}
