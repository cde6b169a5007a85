/** An arithmetic expression over aliases. */
export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'alias'; name: string }
  | { kind: 'negate'; of: Expression }
  | { kind: 'binary'; op: BinaryOperator; left: Expression; right: Expression }
  | { kind: 'call'; name: string; args: Expression[] };

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '^';

/** A formula that does not parse; `offset` is where, from 0. */
export class FormulaError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

interface FunctionSpec {
  sql: string;
  min: number;
  max: number;
}

/** By name in formulas: the SQL function and how many arguments it takes. */
export const FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  abs: { sql: 'abs', min: 1, max: 1 },
  ceil: { sql: 'ceil', min: 1, max: 1 },
  floor: { sql: 'floor', min: 1, max: 1 },
  round: { sql: 'round', min: 1, max: 2 },
  sign: { sql: 'sign', min: 1, max: 1 },
  sqrt: { sql: 'sqrt', min: 1, max: 1 },
  exp: { sql: 'exp', min: 1, max: 1 },
  ln: { sql: 'ln', min: 1, max: 1 },
  log10: { sql: 'log10', min: 1, max: 1 },
  pow: { sql: 'power', min: 2, max: 2 },
  min: { sql: 'least', min: 2, max: 20 },
  max: { sql: 'greatest', min: 2, max: 20 },
  clamp: { sql: 'clamp', min: 3, max: 3 },
  coalesce: { sql: 'coalesce', min: 2, max: 20 },
};

const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  '+': 1,
  '-': 1,
  '*': 2,
  '/': 2,
  '%': 2,
  '^': 4,
};
const NEGATE_PRECEDENCE = 3;
const ATOM_PRECEDENCE = 5;
const MAX_DEPTH = 60;

interface Token {
  kind: 'number' | 'name' | 'symbol' | 'end';
  text: string;
  offset: number;
}

const TOKEN =
  /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<symbol>[-+*/%^(),]))/y;

/** @throws FormulaError */
export function parseFormula(text: string): Expression {
  const tokens = tokenize(text);
  let at = 0;

  const peek = () => tokens[at] as Token;
  const take = () => tokens[at++] as Token;
  const isSymbol = (symbols: string) => peek().kind === 'symbol' && symbols.includes(peek().text);

  function expect(symbol: string): void {
    const token = take();
    if (token.kind !== 'symbol' || token.text !== symbol) {
      throw new FormulaError(`"${symbol}" is missing here`, token.offset);
    }
  }

  function sum(depth: number): Expression {
    return leftAssociative('+-', depth, product);
  }

  function product(depth: number): Expression {
    return leftAssociative('*/%', depth, unary);
  }

  function leftAssociative(
    symbols: string,
    depth: number,
    operand: (depth: number) => Expression,
  ): Expression {
    let left = operand(depth);
    while (isSymbol(symbols)) {
      const op = take().text as BinaryOperator;
      left = { kind: 'binary', op, left, right: operand(depth) };
    }
    return left;
  }

  function unary(depth: number): Expression {
    if (depth > MAX_DEPTH) {
      throw new FormulaError('the formula is nested too deeply', peek().offset);
    }
    if (isSymbol('+')) {
      take();
      return unary(depth + 1);
    }
    if (isSymbol('-')) {
      take();
      return { kind: 'negate', of: unary(depth + 1) };
    }
    return power(depth);
  }

  function power(depth: number): Expression {
    const left = primary(depth);
    if (!isSymbol('^')) {
      return left;
    }
    take();
    return { kind: 'binary', op: '^', left, right: unary(depth + 1) };
  }

  function primary(depth: number): Expression {
    const token = take();
    if (token.kind === 'number') {
      return { kind: 'number', value: Number(token.text) };
    }
    if (token.kind === 'name') {
      return isSymbol('(') ? call(token, depth) : { kind: 'alias', name: token.text };
    }
    if (token.text === '(') {
      const inner = sum(depth + 1);
      expect(')');
      return inner;
    }
    throw new FormulaError(
      token.kind === 'end' ? 'the formula ends too early' : `"${token.text}" is not expected here`,
      token.offset,
    );
  }

  function call(name: Token, depth: number): Expression {
    take();
    const args: Expression[] = [];
    if (!isSymbol(')')) {
      args.push(sum(depth + 1));
      while (isSymbol(',')) {
        take();
        args.push(sum(depth + 1));
      }
    }
    expect(')');
    checkCall(name, args.length);
    return { kind: 'call', name: name.text.toLowerCase(), args };
  }

  const result = sum(0);
  const rest = peek();
  if (rest.kind !== 'end') {
    throw new FormulaError(`"${rest.text}" is not expected here`, rest.offset);
  }
  return result;
}

/** The aliases an expression reads, in order of appearance. */
export function aliasesIn(expression: Expression): string[] {
  const found = new Set<string>();
  const visit = (part: Expression): void => {
    switch (part.kind) {
      case 'alias':
        found.add(part.name);
        break;
      case 'negate':
        visit(part.of);
        break;
      case 'binary':
        visit(part.left);
        visit(part.right);
        break;
      case 'call':
        part.args.forEach(visit);
        break;
    }
  };
  visit(expression);
  return [...found];
}

/**
 * The expression in SQL.
 *
 * @param column what an alias is called there
 */
export function formulaSql(expression: Expression, column: (alias: string) => string): string {
  const render = (part: Expression, outer: number): string => {
    const text = renderBare(part);
    return precedence(part) < outer ? `(${text})` : text;
  };
  const renderBare = (part: Expression): string => {
    switch (part.kind) {
      case 'number':
        return decimal(part.value);
      case 'alias':
        return column(part.name);
      case 'negate':
        return `-${render(part.of, ATOM_PRECEDENCE)}`;
      case 'call':
        return `${FUNCTIONS[part.name]?.sql}(${part.args.map((arg) => render(arg, 0)).join(', ')})`;
      case 'binary': {
        if (part.op === '^') {
          return `power(${render(part.left, 0)}, ${render(part.right, 0)})`;
        }
        if (part.op === '%') {
          return `mod(${render(part.left, 0)}, ${render(part.right, 0)})`;
        }
        const own = PRECEDENCE[part.op];
        return `${render(part.left, own)} ${part.op} ${render(part.right, own + 1)}`;
      }
    }
  };
  return render(expression, 0);
}

function precedence(part: Expression): number {
  switch (part.kind) {
    case 'binary':
      return part.op === '^' || part.op === '%' ? ATOM_PRECEDENCE : PRECEDENCE[part.op];
    case 'negate':
      return NEGATE_PRECEDENCE;
    default:
      return ATOM_PRECEDENCE;
  }
}

/** With a decimal point, because SQL divides whole numbers without a remainder. */
function decimal(value: number): string {
  const text = String(value);
  return /^\d+$/.test(text) ? `${text}.0` : text.replace('e+', 'e');
}

function checkCall(name: Token, count: number): void {
  const spec = FUNCTIONS[name.text.toLowerCase()];
  if (!spec) {
    throw new FormulaError(`there is no function ${name.text}`, name.offset);
  }
  if (count < spec.min || count > spec.max) {
    const wanted = spec.min === spec.max ? `${spec.min}` : `${spec.min} to ${spec.max}`;
    throw new FormulaError(`${name.text} takes ${wanted} arguments, not ${count}`, name.offset);
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let at = 0;
  while (text.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const groups = match?.groups;
    if (!match || !groups) {
      const offset = at + (text.slice(at).length - text.slice(at).trimStart().length);
      throw new FormulaError(`"${text[offset]}" is not expected here`, offset);
    }
    at = TOKEN.lastIndex;
    const kind = groups.number ? 'number' : groups.name ? 'name' : 'symbol';
    const value = match[0].trimStart();
    tokens.push({ kind, text: value, offset: at - value.length });
  }
  return [...tokens, { kind: 'end', text: '', offset: text.length }];
}
