//! The pages of Countersign. In this version one: behind a set-up link, the page where an entity
//! sets its password.
//!
//! | path | page |
//! | --- | --- |
//! | `/countersign/setup?link=setup_...` | `setup`: shows the form, takes the form |
//! | `/countersign/assets/<hash>.css` | `asset`: how pages look |
//!
//! No page needs JavaScript, none loads anything from elsewhere, none may be framed. A page is a
//! template of the same path as its file, and what a template shows is escaped.
//!
//! Belongs here: HTML, forms, the headers that protect both. Does not: rules of the record
//! (`countersign-authority`), sockets, for which hosts and to whose forms the pages answer
//! (`countersign-gate`, which checks both before a page is asked).

#![deny(missing_docs)]

mod answer;
mod asset;
mod form;
mod pages;
mod problem;
mod setup;

pub use pages::Pages;
