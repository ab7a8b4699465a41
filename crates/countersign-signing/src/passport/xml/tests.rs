use super::*;

/// Everything that is read of a text that is one element: names, `/` where they end, texts joined.
fn read(text: &[u8]) -> Result<String, EnvelopeFault> {
    let mut xml = Xml::new(text);
    let mut read = String::new();
    let mut open = 0;
    loop {
        match xml.next()? {
            Piece::Open(tag) => {
                open += 1;
                read += &format!("<{}>", tag.name());
            }
            Piece::Close => {
                open -= 1;
                read += "/";
            }
            Piece::Text(text) => read += &text,
        }
        if open == 0 && read.ends_with('/') {
            return Ok(read);
        }
    }
}

fn fault(text: impl AsRef<[u8]>) -> EnvelopeFault {
    read(text.as_ref()).unwrap_err()
}

#[test]
fn xml_is_read_whatever_its_prefixes_and_quotes() {
    for (text, expected) in [
        ("<a/>", "<a>/"),
        ("<p:a x='>' y = \"'\"\n></p:a >", "<a>/"),
        ("<a><b/>x<c>y</c></a>", "<a><b>/x<c>y//"),
        ("<a>x<!-- <b> & -->y<![CDATA[<b>&amp;]]>z</a>", "<a>xy<b>&amp;z/"),
        ("<a>&lt;&gt;&amp;&apos;&quot;&#65;&#x42;&#x20AC;</a>", "<a><>&'\"AB\u{20ac}/"),
        ("<?xml version='1.0'?><a/>", "<a>/"),
        (
            "\u{feff}<?xml version=\"1.0\" encoding=\"Utf-8\" standalone='yes' ?>\r\n<a/>",
            "\r\n<a>/",
        ),
        ("<\u{fc}:_b.1-2/>", "<_b.1-2>/"),
        ("<a x='&lt;&#9;&amp;'>]] ></a>", "<a>]] >/"),
        ("<a/>\0\u{1} <", "<a>/"),
    ] {
        assert_eq!(read(text.as_bytes()).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_not_well_formed_is_refused() {
    use XmlFault::{Attribute, Character, Declaration, EndTag, EndsEarly, Markup, Name, Reference};
    for (text, expected) in [
        ("", EndsEarly),
        ("\u{feff}", EndsEarly),
        ("  ", EndsEarly),
        ("<a>", EndsEarly),
        ("<a", Markup),
        ("<a x='", Markup),
        ("<!", Markup),
        ("<!x><a/>", Markup),
        ("<!-- <a/>", Markup),
        ("<!-- -- --><a/>", Markup),
        ("<!--><a/>", Markup),
        ("<a><![CDATA[</a>", Markup),
        ("<a><![cdata[]]></a>", Markup),
        ("<?>", Markup),
        ("</a>", EndTag),
        ("<a></b>", EndTag),
        ("<a></a x=''>", EndTag),
        ("<p:a></q:a>", EndTag),
        ("<>x</>", Name),
        ("< a/>", Name),
        ("<1/>", Name),
        ("<a$/>", Name),
        ("<a/b/>", Name),
        ("<:a/>", Name),
        ("<p:/>", Name),
        ("<p:q:a/>", Name),
        ("<a 1=''/>", Name),
        ("<a p:=''/>", Name),
        ("<a x/>", Attribute),
        ("<a x=1/>", Attribute),
        ("<a x=/>", Attribute),
        ("<a x='' x=''/>", Attribute),
        ("<a x='<'/>", Attribute),
        ("<a x=''y=''/>", Attribute),
        ("<a x=\"'\"'/>", Markup),
        ("<a x='&b;'/>", Reference),
        ("<a x='&'/>", Reference),
        ("<a x='&#x1;'/>", Character),
        ("<a x='\u{1}'/>", Character),
        ("<a>&</a>", Reference),
        ("<a>&b;</a>", Reference),
        ("<a>&nbsp;</a>", Reference),
        ("<a>&;</a>", Reference),
        ("<a>&lt</a>", Reference),
        ("<a>&#;</a>", Reference),
        ("<a>&#x;</a>", Reference),
        ("<a>&#+65;</a>", Reference),
        ("<a>&#0;</a>", Reference),
        ("<a>&#1;</a>", Reference),
        ("<a>&#xFFFE;</a>", Reference),
        ("<a>&#xD800;</a>", Reference),
        ("<a>&#99999999999;</a>", Reference),
        ("<a>\0</a>", Character),
        ("<a>]]></a>", Character),
        ("<a><![CDATA[\u{b}]]></a>", Character),
        ("<a><!--\u{ffff}--></a>", Character),
        (" <?xml version='1.0'?><a/>", Declaration),
        ("<a><?xml version='1.0'?></a>", Declaration),
        ("<?xml version='1.1'?><a/>", Declaration),
        ("<?xml?><a/>", Declaration),
        ("<?xml encoding='UTF-8'?><a/>", Declaration),
        ("<?xml version='1.0' encoding=UTF-8?><a/>", Declaration),
        ("<?xml version='1.0'encoding='UTF-8'?><a/>", Declaration),
        ("<?xml version='1.0' coding='UTF-8'?><a/>", Declaration),
        ("<?xml version='1.0' version='1.0'?><a/>", Declaration),
        ("<?xml version='1.0' standalone='no' encoding='UTF-8'?><a/>", Declaration),
        ("<?xml version='1.0' standalone='maybe'?><a/>", Declaration),
    ] {
        let found = fault(text);
        let is_expected = matches!(found, EnvelopeFault::Xml { why, .. } if why == expected);
        assert!(is_expected, "{text}: {found:?} instead of {expected:?}");
    }
}

#[test]
fn a_fault_tells_its_place() {
    for (text, expected) in [
        ("<a><b></c></a>", "an end tag does not belong to the open element at byte 6"),
        ("\u{feff}<a><b></c></a>", "an end tag does not belong to the open element at byte 9"),
        ("<a>xy&z;</a>", "a reference is malformed or unknown at byte 5"),
        ("<a>", "the text ends too early at byte 3"),
    ] {
        assert_eq!(fault(text).to_string(), format!("{expected} of the envelope"));
    }
}

#[test]
fn only_utf8_is_read() {
    for text in [
        &b"\xff\xfe<\0a\0/\0>\0"[..],
        b"\xfe\xff\0<\0a\0/\0>",
        b"<a>\xfc</a>",
        b"<a x='\xc0\x80'/>",
        b"<a>\xed\xa0\x80</a>",
        b"<a>\xe2\x82",
    ] {
        assert_eq!(fault(text), EnvelopeFault::NotUtf8, "{text:?}");
    }
    for name in ["UTF-16", "ISO-8859-1", "windows-1252", "US-ASCII", "utf8", ""] {
        let text = format!("<?xml version='1.0' encoding='{name}'?><a/>");
        assert_eq!(fault(text), EnvelopeFault::Encoding, "{name}");
    }
    // What is behind the last tag is not read.
    assert_eq!(read(b"<a/>\xff").as_deref(), Ok("<a>/"));
}

#[test]
fn what_soap_forbids_is_refused() {
    for text in [
        "<!DOCTYPE a><a/>",
        "<!doctype a><a/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE",
        "<!DOCTYPE a [",
        "<!DOCTYPE>",
        "<a><!DOCTYPE b></a>",
    ] {
        assert_eq!(fault(text), EnvelopeFault::Doctype, "{text}");
    }
    for text in ["<?b c?><a/>", "<a><?b?></a>", "<?xml-stylesheet href=''?><a/>", "<??><a/>"] {
        assert_eq!(fault(text), EnvelopeFault::ProcessingInstruction, "{text}");
    }
}

#[test]
fn nesting_elements_and_attributes_are_counted() {
    let nested = |depth| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert!(read(nested(limits::SOAP_DEPTH).as_bytes()).is_ok());
    assert_eq!(fault(nested(limits::SOAP_DEPTH + 1)), EnvelopeFault::TooDeep);

    let children = |count| format!("<a>{}</a>", "<b/>".repeat(count));
    assert!(read(children(limits::SOAP_ELEMENTS - 1).as_bytes()).is_ok());
    assert_eq!(fault(children(limits::SOAP_ELEMENTS)), EnvelopeFault::TooManyElements);

    let attributes = |count| {
        let some = |count| (0..count).map(|n| format!(" x{n}=''")).collect::<String>();
        format!("<a{}><b{}/></a>", some(count / 2), some(count - count / 2))
    };
    assert!(read(attributes(limits::SOAP_ATTRIBUTES).as_bytes()).is_ok());
    assert_eq!(fault(attributes(limits::SOAP_ATTRIBUTES + 1)), EnvelopeFault::TooManyAttributes);
}

#[test]
fn what_lies_behind_the_limit_is_not_read() {
    let padded = |padding: usize, end: &str| format!("<a>{}{end}", " ".repeat(padding));
    let room = limits::SOAP_HEADER_BYTES - "<a></a>".len();
    assert!(read(padded(room, "</a>").as_bytes()).is_ok());
    assert!(read(padded(room, "</a>\u{20ac}<").as_bytes()).is_ok());
    for padding in room + 1..room + 9 {
        for end in ["</a>", "&lt;</a>", "\u{20ac}</a>", "<!-- --></a>", "<b x=''/></a>"] {
            assert_eq!(fault(padded(padding, end) + "more"), EnvelopeFault::TooLong, "{padding}");
        }
    }
    // Whatever the unfinished piece is.
    for start in ["<a>", "<a x='", "<!--", "<a><![CDATA[", "<a>&", "<"] {
        let text = start.to_owned() + &"x".repeat(limits::SOAP_HEADER_BYTES);
        assert_eq!(fault(text), EnvelopeFault::TooLong, "{start}");
    }
}

#[test]
fn attributes_are_found_by_local_name() {
    let mut xml = Xml::new(b"<a x='1&amp;&#50;' p:x=\"\n3\" xmlns:x='4' y='5'/>");
    let Ok(Piece::Open(tag)) = xml.next() else { panic!("no element") };
    assert_eq!(tag.values("x"), ["1&2", " 3"]);
    assert_eq!(tag.values("z"), [""; 0]);
}
