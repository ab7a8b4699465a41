//! One pass over the tokens of a file. Tokens rather than a syntax tree: the insides of macros are
//! seen as well, and comments and texts never mislead.

use std::ops::RangeInclusive;

use proc_macro2::{Delimiter, Group, LexError, TokenStream, TokenTree};

#[derive(Debug, Default)]
pub(crate) struct Scan {
    pub(crate) functions: Vec<Function>,
    /// Items that are compiled for tests only.
    pub(crate) tests: Vec<RangeInclusive<usize>>,
    /// Lines that name `std::env`.
    pub(crate) environment: Vec<usize>,
    pub(crate) unsafe_words: Vec<usize>,
    pub(crate) modules: Vec<(usize, String)>,
}

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) length: usize,
}

#[derive(Debug)]
pub(crate) struct NotRust {
    pub(crate) line: usize,
}

impl Scan {
    pub(crate) fn of(text: &str) -> Result<Self, NotRust> {
        let tokens: TokenStream =
            text.parse().map_err(|error: LexError| NotRust { line: error.span().start().line })?;
        let mut scan = Self::default();
        scan.visit(tokens);
        Ok(scan)
    }

    pub(crate) fn is_test_line(&self, line: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&line))
    }

    fn visit(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            let rest = &tokens[index..];
            match token {
                TokenTree::Ident(word) => self.visit_word(&word.to_string(), rest),
                TokenTree::Punct(mark) if mark.as_char() == '#' => self.visit_attribute(rest),
                TokenTree::Group(group) => self.visit(group.stream()),
                _ => {}
            }
        }
    }

    fn visit_word(&mut self, word: &str, rest: &[TokenTree]) {
        let line = line(&rest[0]);
        match word {
            "unsafe" => self.unsafe_words.push(line),
            "fn" => self.functions.extend(function(rest)),
            "mod" => self.modules.extend(name(rest.get(1)).map(|name| (line, name))),
            "std" if names_environment(&rest[1..]) => self.environment.push(line),
            _ => {}
        }
    }

    fn visit_attribute(&mut self, rest: &[TokenTree]) {
        let Some(TokenTree::Group(attribute)) = rest.get(1) else { return };
        if is_for_tests(attribute) {
            let last = rest[2..].iter().find(|token| ends_item(token)).or(rest.last());
            self.tests.extend(last.map(|last| line(&rest[0])..=end_line(last)));
        }
    }
}

/// `fn name ... { }`; a type (`fn(u8)`) has no name, a declaration no body.
fn function(rest: &[TokenTree]) -> Option<Function> {
    let name = name(rest.get(1))?;
    let first = line(&rest[0]);
    let body = rest.iter().find(|token| ends_item(token))?;
    matches!(body, TokenTree::Group(_)).then(|| Function {
        name,
        line: first,
        length: end_line(body) - first + 1,
    })
}

fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(mark) => mark.as_char() == ';',
        _ => false,
    }
}

/// `cfg(test)`, also as a part of a condition.
fn is_for_tests(attribute: &Group) -> bool {
    let mut tokens = attribute.stream().into_iter();
    let is_condition = name(tokens.next().as_ref()).as_deref() == Some("cfg");
    let Some(TokenTree::Group(condition)) = tokens.next() else { return false };
    is_condition && {
        let words = words(condition.stream());
        words.iter().any(|word| word == "test") && !words.iter().any(|word| word == "not")
    }
}

fn words(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Ident(word) => vec![word.to_string()],
            TokenTree::Group(group) => words(group.stream()),
            _ => Vec::new(),
        })
        .collect()
}

/// After `std`: `::env`, or `::{..., env, ...}`.
fn names_environment(rest: &[TokenTree]) -> bool {
    let [first, second, third, ..] = rest else { return false };
    let is_colon = |token: &TokenTree| token.to_string() == ":";
    if !is_colon(first) || !is_colon(second) {
        return false;
    }
    match third {
        TokenTree::Ident(word) => word == "env",
        TokenTree::Group(list) => {
            let tokens: Vec<TokenTree> = list.stream().into_iter().collect();
            let mut parts = tokens.split(|token| token.to_string() == ",");
            parts.any(|part| name(part.first()).as_deref() == Some("env"))
        }
        _ => false,
    }
}

fn name(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(word)) => Some(word.to_string()),
        _ => None,
    }
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

fn end_line(token: &TokenTree) -> usize {
    token.span().end().line
}

#[cfg(test)]
mod tests;
