import { z } from 'zod';

/**
 * A declaration compiled for one place in the document: which types of value it takes there. A walk along it finds all
 * differences in a fraction of the time of a parse, and in all parts of a union at once.
 */
export interface Check {
  /** The place, such as `cases[].dates[].type`: the places of a list are folded, and so are the names of a map. */
  readonly path: string;
  isAnyText: boolean;
  isNumber: boolean;
  isFlag: boolean;
  /** The words that text may be, unless any text is taken. */
  words: ReadonlySet<string> | null;
  fields: ReadonlyMap<string, Check> | null;
  /** The check of each value of a map. */
  entries: Check | null;
  items: Check | null;
}

/** Compiles the declaration of a document. @throws RangeError for a kind of declaration that is not supported. */
export function compileCheck(schema: z.core.$ZodType, path = ''): Check {
  const check: Check = {
    path,
    isAnyText: false,
    isNumber: false,
    isFlag: false,
    words: null,
    fields: null,
    entries: null,
    items: null,
  };
  admit(check, schema);
  return check;
}

/** The path of a field of the object at `path`. */
export function fieldPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Adds the values that a declaration takes to a check: the parts of a union share one check. */
function admit(check: Check, schema: z.core.$ZodType): void {
  const { path } = check;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) admit(check, schema.unwrap());
  else if (schema instanceof z.ZodUnion) for (const option of schema.options) admit(check, option);
  else if (schema instanceof z.ZodString) check.isAnyText = true;
  else if (schema instanceof z.ZodNumber) check.isNumber = true;
  else if (schema instanceof z.ZodBoolean) check.isFlag = true;
  else if (schema instanceof z.ZodEnum) check.words = new Set(schema.options.map(String));
  else if (schema instanceof z.ZodArray) check.items = compileCheck(schema.element, `${path}[]`);
  else if (schema instanceof z.ZodRecord) check.entries = compileCheck(schema.valueType, `${path}[]`);
  else if (schema instanceof z.ZodObject)
    check.fields = new Map(
      Object.entries(schema.shape).map(([name, value]) => [name, compileCheck(value, fieldPath(path, name))]),
    );
  else throw new RangeError(`documents can't be declared with ${schema._zod.def.type} at "${path}"`);
}
