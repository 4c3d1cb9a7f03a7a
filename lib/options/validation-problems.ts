import { validateSync } from 'class-validator';
import type { ValidationError } from 'class-validator';
import type { OptionProblem } from './configuration.error.ts';
import { nearest } from './nearest.ts';
import type { OptionsDto } from './options.dto.ts';
import { SECURE_URLS } from './url-rules.ts';

/** Everything that class-validator finds wrong, one problem for each broken rule and each option that does not exist. */
export function validationProblems(options: OptionsDto): OptionProblem[] {
  const errors = validateSync(options, {
    whitelist: true,
    forbidNonWhitelisted: true,
    // Rules of no group always count; those of the group only while it is named.
    always: true,
    strictGroups: true,
    groups: options.allowInsecureUrls === true ? [] : [SECURE_URLS],
  });
  return flatten(errors, '');
}

function flatten(errors: ValidationError[], parent: string): OptionProblem[] {
  return errors.flatMap((error) => {
    const option = join(parent, error.property);
    return [...texts(error).map((text) => ({ option, text })), ...flatten(error.children ?? [], option)];
  });
}

function texts(error: ValidationError): string[] {
  const { whitelistValidation, nestedValidation, ...rules } = error.constraints ?? {};
  if (whitelistValidation !== undefined) return [unknownOption(error)];
  const broken = Object.values(rules);
  return broken.length === 0 && nestedValidation !== undefined ? [nestedValidation] : broken;
}

function unknownOption({ property, target }: ValidationError): string {
  const Group = target!.constructor as (new () => object) & { elsewhere?: (option: string) => string | undefined };
  const elsewhere = Group.elsewhere?.(property);
  if (elsewhere !== undefined) return elsewhere;
  const known = Object.keys(new Group());
  const meant = nearest(property, known);
  return meant === undefined ? `is no option. There are ${known.join(', ')}.` : `is no option. Did you mean ${meant}?`;
}

function join(parent: string, property: string): string {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent === '' ? property : `${parent}.${property}`;
}
