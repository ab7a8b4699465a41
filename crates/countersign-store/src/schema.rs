//! Schemas and their migrations: numbered, forward only, one transaction each.
//!
//! A migration spells its names out and never uses an entity, which would change it after the
//! fact. To change a schema, add `mNNN.rs` and its line in the list.

mod attempts;
pub(crate) mod record;

use countersign_authority::StoreFault;
use sea_orm::sea_query::{Alias, ColumnDef, Expr, ExprTrait, OnConflict, Query, Table};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, Statement,
    StatementBuilder,
};

pub(crate) use attempts::ATTEMPTS;
pub(crate) use record::RECORD;

use crate::columns;
use crate::database::begin_change;
use crate::fault::Fault;

/// What a database holds.
pub(crate) struct Schema {
    /// Its row in `schema_version`: two schemas may share a database.
    pub(crate) name: &'static str,
    /// Its file on SQLite.
    pub(crate) file: &'static str,
    /// Marks that file as ours.
    pub(crate) application_id: i32,
    /// What to say of a file that isn't.
    pub(crate) foreign: &'static str,
    /// What leads from an empty database to the newest version.
    pub(crate) migrations: &'static [Migration],
}

/// One step from a version to the next.
pub(crate) type Migration = fn(&mut Steps);

/// The statements of a migration.
pub(crate) struct Steps {
    backend: DbBackend,
    statements: Vec<Statement>,
}

impl Steps {
    /// Adds a statement.
    pub(crate) fn then(&mut self, step: &impl StatementBuilder) -> &mut Self {
        self.statements.push(self.backend.build(step));
        self
    }

    /// Adds a statement that both databases understand, or that is written for the one.
    pub(crate) fn sql(&mut self, statement: &str) -> &mut Self {
        self.statements.push(Statement::from_string(self.backend, statement));
        self
    }
}

/// Brings the database to the newest version, or refuses one that is newer.
pub(crate) async fn migrate(writer: &DatabaseConnection, schema: &Schema) -> Result<(), Fault> {
    let known = schema.migrations.len();
    loop {
        let tx = begin_change(writer).await?;
        let version = version(&tx, schema).await?;
        let done = version as usize;
        if done > known {
            return Err(StoreFault::NewerSchema { found: version, known: known as u32 }.into());
        }
        let Some(migration) = schema.migrations.get(done) else {
            return Ok(tx.commit().await?);
        };
        let mut steps = Steps { backend: tx.get_database_backend(), statements: Vec::new() };
        migration(&mut steps);
        for statement in steps.statements {
            tx.execute_raw(statement).await?;
        }
        save_version(&tx, schema, version + 1).await?;
        tx.commit().await?;
    }
}

async fn version(tx: &DatabaseTransaction, schema: &Schema) -> Result<u32, Fault> {
    let table = Table::create()
        .table("schema_version")
        .if_not_exists()
        .col(ColumnDef::new("name").text().not_null().primary_key())
        .col(ColumnDef::new("version").big_integer().not_null())
        .take();
    tx.execute(&table).await?;
    let row = Query::insert()
        .into_table("schema_version")
        .columns(["name", "version"])
        .values_panic([schema.name.into(), 0_i64.into()])
        .on_conflict(OnConflict::column("name").do_nothing().to_owned())
        .take();
    tx.execute(&row).await?;
    let version = Query::select()
        .column("version")
        .from("schema_version")
        .and_where(Expr::col("name").eq(schema.name))
        .take();
    let row = tx.query_one(&version).await?.ok_or(StoreFault::Damaged("no schema version"))?;
    Ok(columns::number(row.try_get("", "version")?)?)
}

async fn save_version(
    tx: &DatabaseTransaction,
    schema: &Schema,
    version: u32,
) -> Result<(), Fault> {
    let update = Query::update()
        .table("schema_version")
        .value("version", i64::from(version))
        .and_where(Expr::col("name").eq(schema.name))
        .take();
    tx.execute(&update).await?;
    Ok(())
}

/// Makes a row and takes it away again: a write that changes nothing. (SQLite leaves out an update
/// that sets what is there.)
pub(crate) async fn touch(tx: &DatabaseTransaction) -> Result<(), Fault> {
    const PROBE: &str = "probe";
    let row = Query::insert()
        .into_table("schema_version")
        .columns(["name", "version"])
        .values_panic([PROBE.into(), 0_i64.into()])
        .take();
    tx.execute(&row).await?;
    let gone =
        Query::delete().from_table("schema_version").and_where(Expr::col("name").eq(PROBE)).take();
    tx.execute(&gone).await?;
    Ok(())
}

/// A column for numbers, counts and times.
fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).big_integer().not_null().take()
}

/// A column for text.
fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).text().not_null().take()
}

/// A column for bytes.
fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).blob().not_null().take()
}

/// A column for yes and no.
fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).boolean().not_null().take()
}

/// The same column, where it may be empty.
fn optional(mut column: ColumnDef) -> ColumnDef {
    column.null();
    column
}
