//! What a module is made of, in short.

use eframe::egui::{Grid, Label, RichText, Ui};
use wasmelt_workbench_model::{bytes, duration, pages::module::Summary};

pub(super) fn show(ui: &mut Ui, summary: &Summary) {
    Grid::new("facts").num_columns(2).spacing([24.0, 6.0]).show(ui, |ui| {
        for (name, text) in facts(summary) {
            ui.label(name);
            ui.add(Label::new(text).wrap());
            ui.end_row();
        }
    });
    ui.collapsing(format!("Sections ({})", summary.sections.len()), |ui| sections(ui, summary));
}

fn facts(summary: &Summary) -> Vec<(String, String)> {
    let counts = &summary.counts;
    let functions = format!("{} defined, {} imported", counts.defined_functions, counts.imported_functions);
    let others = [
        (counts.memories, "memory", "memories"),
        (counts.tables, "table", "tables"),
        (counts.globals, "global", "globals"),
    ];
    let others = others.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many })).join(", ");
    let proposals = match &summary.proposals[..] {
        [] => "none beyond WebAssembly 1.0".to_owned(),
        proposals => proposals.join(", "),
    };
    let estimate = format!(
        "about {} of machine code, about {} on one core",
        bytes(summary.estimate.native_bytes),
        duration(summary.estimate.compile_time)
    );
    let fact = |name: &str, text| (name.to_owned(), text);
    let mut facts = vec![
        fact("Functions", functions),
        fact("Other parts", others),
        fact("Proposals used", proposals),
        fact("To compile", estimate),
    ];
    facts.extend(summary.producers.iter().map(|producer| (producer.role.clone(), producer.text.clone())));
    if summary.producers.is_empty() {
        facts.push(fact("Language", "the module does not say".to_owned()));
    }
    facts
}

fn sections(ui: &mut Ui, summary: &Summary) {
    Grid::new("sections").num_columns(2).spacing([24.0, 4.0]).striped(true).show(ui, |ui| {
        for section in &summary.sections {
            ui.label(RichText::new(&section.name).monospace());
            ui.label(bytes(section.bytes));
            ui.end_row();
        }
    });
}
