//! The settings of `countersign serve`: each is declared once (`sections`), and its reader, its
//! place in the effective configuration and its row in the reference are made of that.
//!
//! Belongs here: which settings there are, how a file and the environment become them, every fault
//! at once, where each value is from. Does not: reading files and the environment, what a setting
//! does, whether a file that is named exists. No secret comes here: settings name files.

#![deny(missing_docs)]

mod document;
mod effective;
mod environment;
mod faults;
mod field;
mod kinds;
mod part;
mod reader;
mod reference;
mod section;
mod sections;
mod shown;
mod similar;

pub use effective::{Effective, Entry, Origin};
pub use environment::PREFIX;
pub use faults::{Fault, Faults, Place};
pub use field::{Field, OptionalTable, Table, Tables};
pub use kinds::*;
pub use part::Part;
pub use reader::{MAX_BYTES, Source, read};
pub use reference::{SectionReference, SettingReference, Usual, reference};
pub use section::{Rules, Section};
pub use sections::*;
pub use shown::Shown;
