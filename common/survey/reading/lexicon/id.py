"""Indonesian (and Malay where it is written alike)."""

from __future__ import annotations

from common.survey.reading.lexicon.model import Lexicon

_MESSAGES = "(?:sms|pesan|pesan pesan|teks|survei|survey|iklan|spam|notifikasi|promo|pertanyaan|e ?mail|email|wa|chat|kuesioner|notif|pengingat|pemberitahuan)"
_PERSON = (
    "(?:seseorang|orang(?: asli| beneran| sungguhan| lain)?|manusia(?: asli)?|petugas\\w*|agen|cs|customer service|operator|manajer|manager|supervisor|atasan\\w*|staf|staff|pegawai|karyawan|admin|pimpinan|bos|kalian|anda|"
    "pihak \\w+|perwakilan|tim \\w+|layanan pelanggan|cso|bagian \\w+|teknisi|kepala \\w+|representatif)"
)

LEXICON = Lexicon(
    code="id",
    numbers=(
        "nol, kosong poin",
        "satu",
        "dua",
        "tiga",
        "empat",
        "lima",
        "enam",
        "tujuh",
        "delapan, lapan",
        "sembilan",
        "sepuluh",
        "sebelas",
    ),
    framed={0: "kosong", 1: "se"},
    big="""belas, puluh, ratus, ribu, juta, seratus, seribu, dua belas, dua puluh, setengah, ratusan, puluhan, ribuan""",
    frame="""saya, aku, gue, gua, gw, sy, ku, kasih, kasi, ksh, beri, memberi, memberikan, berikan, beri nilai, kasih nilai, kasih skor, nilai, nilainya, nilai saya, skor saya, skornya, menilai, kami, kita, mau, akan, ingin, bakal, bilang, pilih, memilih, ngasih, kasihnya, saya kasih, buat, untuk, utk, bagi, dapat, dpt, layak, layak dapat, pantas, pantas dapat, angka, angkanya, di angka, di, poin, adalah, ialah, ya, iya, yaa, oke, ok, baik, halo, hai, hi, selamat pagi, selamat siang, selamat sore, selamat malam, pagi, siang, sore, malam,
        mungkin, sekitar, kira-kira, kira kira, kurang lebih, sepertinya, kayaknya, rasanya, pasti, tentu, tentunya, jelas, jujur, jujur saja, sejujurnya, hanya, cuma, cukup, solid, mantap, penuh, bulat, sempurna, menurut saya, menurutku, dari saya, bagi saya, jadi, maka, karena itu, dan, tapi, tetapi, itu, ini, secara keseluruhan, keseluruhan, overall, total, kepuasan, hmm, deh, sih, dong, aja, saja, lah, nih, kak, min, gan, bang, mas, mbak, pak, bu, tanpa ragu, dengan nilai, jawaban saya, jawaban, jawabannya, sebuah, anda, kalian, kamu, layanan""",
    nouns="nilai, skor, score, poin, point, angka, rating, nps, jawaban, penilaian, pts, nilainya, skornya, ratingnya",
    after="deh, sih, aja, saja, dong, ya, lah, kak, min, dari saya, menurut saya, menurutku, kira-kira, kira kira, kurang lebih, mungkin, sepertinya, kayaknya, pasti, untuk, jujur, poin, buat, nih, gan, mas, mbak, pak, bu, tanpa ragu, secara keseluruhan, buat kalian, untuk kalian, untuk anda, cukup, mantap, bulat",
    follow="""karena, karna, krn, soalnya, sebab, tapi, tetapi, dan, untuk, terima kasih, terimakasih, makasih, thanks, trims, sangat, sekali, bagus, baik, buruk, jelek, cepat, lambat, lama, ramah, puas, kecewa, pelayanan, pelayanannya, layanan, semua, semuanya, tidak, tdk, gak, nggak, ga, ngga, belum, saya, agen, petugas, cs, csnya, dengan, di, yang, ada, sudah, udah, selalu, tak, kurang, terlalu, mantap, oke, ok, keren, top, parah, banget, memuaskan, responnya, respon, membantu, masalah, mohon, antri, antrian, walaupun, meskipun, namun, biar""",
    endings="an, lah, deh, poin, pts, nya, aja, ya",
    quiet="skala, dari, sampai, hingga, ke, dengan, di, sangat, karena, ya, sekali, banget, yang, jika",
    number_nouns="nomor, no, nomer, angka nomor",
    units="""detik, menit, mnt, jam, jaman, hari, harian, malam, minggu, pekan, bulan, bln, tahun, thn, kali, x, kalinya, orang, petugas, agen, staf, karyawan, pegawai, operator, pelanggan, teman, anak, pria, wanita, panggilan, telepon, telpon, email, e-mail, surat, pesan, sms, percobaan, kunjungan, pertemuan,
        pesanan, produk, barang, paket, buah, biji, lembar, kotak, kamar, bagian, departemen, pertanyaan, masalah, kesalahan, keluhan, hal, alasan, langkah, halaman, formulir, tagihan, km, kilometer, meter, kg, kilo, liter, derajat, berbeda, lainnya, hari kerja, jam kerja, jam lebih, toko, cabang, hotel, line, nomor antrian, tiket, laporan, jam-an, hari-an, lebih jam, ekor, unit, pcs, potong, porsi, gelas, orang lagi, dari kalian, orang dari, menitan, tahunan, bulanan, mingguan, semester, kg lebih""",
    units_own="m, s, gb, mb, k, rb, jt, am, pm, g, d, hr, h",
    time_before="jam, pukul, pkl, jam setengah, sejak jam, sampai jam, dari jam, sejak, setelah, sebelum, sampai, hingga",
    time_after="pagi, siang, sore, wib, wita, wit, am, pm",
    money="rupiah, rp, idr, euro, dolar, ringgit, rb, ribu, juta, jt, sen",
    months="januari, februari, maret, april, mei, juni, juli, agustus, september, oktober, november, desember, jan, feb, mar, apr, jun, jul, agu, sep, okt, nov, des",
    refs="""kamar, pesanan, order, tiket, kasus, jalur, bus, bis, kereta, loket, terminal, peron, gerbang, langkah, pertanyaan, opsi, pilihan, fase, tahap, level, lantai, versi, windows, iphone, halaman, bab, tipe, ukuran, baris, kursi, zona, jalan, jl, hari, minggu, bulan, tahun, tagihan, ekstensi, ext, departemen, tombol, tekan, pintu, pasal, top, tol, kode, kasir, ruang, meja, agen, covid, blok, rt, rw, nomor antrian, no antrian, antrian, anak ke, nomor pesanan, ke, urutan, juara, counter, seri""",
    voids="""umur saya, usia saya, menunggu, nunggu, tunggu, telepon, telpon, menelepon, tanpa, punya, ada, beli, membeli, pesan, memesan, terima, menerima, dapat surat, bayar, membayar, selama, berbicara, ini sudah, semua, terakhir, berikutnya, pertama, tiap, setiap, per, antara, dalam, dalam waktu, sudah, udah, selama lebih, hampir, lebih dari sudah, umur, usia, berumur, dengan, sekitar jam, butuh, perlu, habis, dari sejak, kemarin, baru, sebanyak, kedua, ketiga""",
    ordinals=("pertama, kesatu", "kedua", "ketiga", "keempat", "kelima", "keenam", "ketujuh", "kedelapan"),
    negations="bukan, tidak, tdk, tak, gak, nggak, ga, ngga, enggak, jangan, tidak pernah, kenapa tidak, kenapa bukan, alih-alih, daripada, tidak sampai, gak sampai, ga sampai, nggak sampai, belum sampai, tidak layak, bukannya",
    negations_after=" itu terlalu, terlalu tinggi, kebanyakan, juga tidak, pun tidak, aja gak",
    bounds="""kurang dari, lebih dari, di bawah, dibawah, di atas, diatas, lebih rendah dari, lebih tinggi dari, minimal, maksimal, paling tidak, setidaknya, sedikitnya, paling banyak, paling rendah, paling tinggi, maks, max, min, hampir, mendekati, nyaris, sampai, hingga, tidak lebih dari, tidak kurang dari, antara, lebih besar dari, lebih kecil dari, mulai dari""",
    bounds_after="max, atau lebih, atau kurang, ke atas, ke bawah, keatas, kebawah, minimal, maksimal, lebih, kurang, lebih sedikit, plus, minus, atau di atas, atau di bawah, koma sekian, lebih dikit",
    minus="minus, negatif",
    halves="setengah, koma lima, seperempat, koma, lebih setengah",
    halves_before="setengah",
    point="koma, titik",
    out_of="dari, dr, per, out of, dari skala, dari total, dari maksimal, dari nilai, poin dari, dari skor",
    ten_before="dari, dari skala, skala, maksimal dari",
    ten_after="poin maksimal",
    range_words="sampai, hingga, s/d, sd, ke, dan, sampai dengan",
    percent="persen, persennya",
    stars="bintang, bintangnya",
    if_words="jika, kalau, kalo, klo, kl, bila, apabila, asal, asalkan, andai, andaikan, seandainya, jikalau, begitu, setelah diperbaiki, kalau sudah",
    if_fine=r"(?:jika|kalau|kalo|klo|kl|bila) (?:boleh|saya (?:harus|boleh|disuruh|jujur)|aku|harus|jujur|ditanya|mau|bisa|disuruh|menurut|dari saya|buat|untuk|dikasih nilai|dinilai|soal|gue|gw|sy|dr|dari)|kalau kalau|seolah|sebisa mungkin|kalau tidak lebih",
    unsure=r"eh bukan|bukan ding|tidak tunggu|eh tunggu|tunggu bukan|maksud(?:ku| saya|nya)|ralat|koreksi|(?:tadinya|dulu|dulunya|sebelumnya|biasanya|normalnya) (?:\w+ )?|(?:waktu|terakhir kali|kali|yang) (?:itu|lalu)|bingung antara|antara \d+ (?:dan|atau)|lupakan|salah ketik|daripada|bukannya|tergantung|seharusnya|harusnya|tadinya",
    full_marks="nilai penuh, nilai sempurna, nilai maksimal, nilai tertinggi, nilai terendah, skor tertinggi, skor maksimal, skor terendah, poin penuh",
    questions="apa, apakah, berapa, kenapa, mengapa, bagaimana, gimana, bisakah, jadi, maksudnya, siapa, dimana, kapan",
    filler="""tolong, mohon, please, pls, terima, kasih, terimakasih, makasih, trims, tks, sekarang, segera, ya, iya, halo, hai, hi, hallo, pagi, siang, sore, malam, selamat, oke, ok, kak, kakak, pak, bu, bapak, ibu, mas, mbak, min, admin, bang, salam, saya, dong, aja, saja, deh, sih, wkwk, wkwkwk, haha, gan, sis, bro""",
    opt_out="""stop lagi, batal, batalkan, cukup, sudah cukup, selesai, keluar, akhiri, tidak tertarik, gak tertarik, ga tertarik, nggak tertarik, tidak berminat, salah nomor, salah sambung, salah orang, maaf salah nomor, jangan ganggu, jangan ganggu saya, jangan diganggu, jangan hubungi saya, jangan kirim lagi, jangan sms lagi, jangan kirim pesan, hapus, hapus saya, hapus nomor saya, hapus nomor, blokir, tidak mau, gak mau, ga mau, nggak mau, tidak mau lagi, gak mau lagi, jangan lagi, hentikan ini, udah cukup, udahan, tolong jangan, batal langganan, cabut, tinggalkan saya, biarkan saya sendiri, jangan chat lagi, jangan wa lagi, cancel langganan""",
    opt_out_clause="""stop, berhenti, berhenti berlangganan, hentikan, batalkan langganan, stop sms, stop pesan, berhenti sms, unreg, unsub, saya mau berhenti, mau berhenti, ingin berhenti, berhenti langganan, stop langganan, keluar dari daftar, hapus dari daftar, hentikan sms, hentikan pesan, stop spam, unreg sms, stop survei, stop survey, hentikan survei, tolong berhenti, mohon berhenti, off""",
    opt_out_phrases=(
        rf"(?:jangan|jgn|tolong jangan|mohon jangan|dilarang|tidak perlu|ga usah|gak usah|tidak usah|nggak usah) (?:pernah |lagi |terus |terus terusan |sering |coba )*(?:kirim\w*|mengirim\w*|hubungi\w*|menghubungi|sms\w*|ganggu\w*|mengganggu|chat|wa|telepon|telpon|spam|kontak|kasih)(?: (?:saya|aku|gue|gw|lagi|ke|kami|nomor|ini|{_MESSAGES}|apa|apapun|pun|ya|dong|terus|seperti|apa apa|lg|kpd|kepada|tolong|mohon|kak|min|sms an|sampah))*$",
        rf"(?:berhenti|hentikan|stop|setop|cukup|akhiri|udahan)(?: (?:tolong|ya|dong|sudah|dulu))* (?:untuk )?(?:kirim\w*|mengirim\w*|pengiriman|hubungi|menghubungi|sms\w*|mengganggu|ganggu|spam\w*|chat|telepon|wa|{_MESSAGES}|semua {_MESSAGES}|nanya)(?: .{{0,40}})?$",
        rf"(?:tidak|tak|gak|ga|nggak|ngga|enggak|males|malas|ogah) (?:mau|ingin|pengen|perlu|butuh|berminat|bersedia|sudi|izinkan|mengizinkan)(?: (?:lagi|untuk|terima|menerima|dapat|mendapat\w*|dikirimi|dihubungi|diganggu|ikut|ini|dari|kalian|anda|apapun|saya|di|kirim|sms in|{_MESSAGES}|dikontak|disms|dichat|ditanya))+$",
        rf"(?:tidak ada|tanpa|ga ada|jangan ada) (?:lagi )?{_MESSAGES}(?: (?:lagi|dari kalian|ya))*$|{_MESSAGES} (?:\w+ )?(?:tolong |mohon )?(?:dihentikan|distop|stop|diberhentikan)",
        r"(?:hapus|keluarkan|cabut|copot|hilangkan|coret)(?:kan)? (?:saya|nomor (?:saya|ini|hp)|no (?:saya|hp)|data saya|nama saya|aku|nomorku|kontak saya)(?: .{0,30})?$|(?:ingin|mau|mohon|tolong|cara|bagaimana|gimana|saya|pengen) (?:\w+ )?(?:berhenti|unsubscribe|unreg|keluar|stop|batal) ?(?:berlangganan|langganan|dari (?:daftar|layanan sms|ini|survei|list)|subscribe|terima (?:sms|pesan)|sms|pesan|survei)?$(?<!(?:tidak mau|mau) stop)",
        r"jangan ganggu|(?:cabut|tarik|batalkan) (?:persetujuan|izin)|tidak (?:pernah )?(?:setuju|mengizinkan|memberi izin|daftar)|salah (?:nomor|sambung)|tinggalkan saya|(?:tolong|mohon|sudah|udah) (?:stop|berhenti|hentikan)(?: (?:ya|dong|ini|sekarang|lagi))*$|^(?:stop|berhenti|hentikan) (?:ya|dong|ini|sekarang|tolong|lagi|segera|please|terima kasih|kak|min)(?: .{0,15})?$",
    ),
    opt_out_fine=(
        r"(?:tidak|gak|ga|nggak|tak|non|tanpa|jangan) (?:pernah |bisa |akan |mau )?(?:berhenti|stop|henti)(?: (?:kasih|memberi|belajar|berkarya))?|halte|pemberhentian|(?:internet|listrik|mesin|layanan)(?:nya)? berhenti",
    ),
    opt_in="mulai, start, berlangganan, lanjut, lanjutkan, daftar, langganan lagi, mulai lagi, unstop, aktifkan, reg, berlangganan lagi",
    human="""operator, agen, manusia, orang, petugas, cs, customer service, manajer, manager, supervisor, atasan, admin, staf, bantuan, tolong bantu, butuh bantuan, saya butuh bantuan, minta bantuan, tolong bantu saya, bantu saya, hubungi saya, telepon saya, telpon saya, telepon, tolong telepon, tolong telpon, tolong hubungi saya, mohon hubungi saya, tolong telepon saya, call me, telepon balik, keluhan, komplain, saya mau komplain, mau komplain, ingin komplain, orang asli, manusia asli, bicara dengan operator, bicara dengan orang, bicara dengan cs, hubungkan, sambungkan, layanan pelanggan, bisa telepon saya, minta ditelepon, minta dihubungi, mau bicara, ada orang, seseorang, kontak saya""",
    human_phrases=(
        rf"(?:bicara|berbicara|ngobrol|ngomong|mengobrol|berkomunikasi|berdiskusi|diskusi|dihubungkan|disambungkan|hubungkan|sambungkan|chat|tersambung|terhubung|konsultasi|bertemu|ketemu|menghubungi|kontak|ngomong langsung)(?: (?:saya|langsung|aja|saja|lagi|via telepon|lewat telepon|secara langsung))* (?:dengan |sama |ke |dgn |pada |kepada )+(?:[a-z]+ )?{_PERSON}",
        rf"(?:mau|ingin|minta|butuh|perlu|bisa|boleh|tolong|mohon|pengen|harap|saya tuntut|panggilkan|panggil|kasih|carikan) (?:saya |aku |minta |untuk |bicara |ngomong |dengan |sama |ke |dilayani |dibantu |oleh |berbicara )*(?:{_PERSON}|ditelepon|ditelpon|dihubungi|ditelfon|telepon balik|bantuan|dibantu|komplain|mengadu|bicara|berbicara)(?: .{{0,30}})?$(?<!pelayanan)",
        r"(?:tolong |mohon |bisa |bisakah |harap |coba |boleh |segera |silakan |minta |kapan bisa )(?:\w+ ){0,3}?(?:telepon|telpon|telfon|hubungi|kontak|call|bantu|menelepon|menghubungi|dihubungi|ditelepon)(?: (?:saya|aku|gue|gw|balik|kembali|kami|dong|ya|sekarang|segera|nomor|di))*(?: .{0,20})?$|^(?:telepon|telpon|hubungi|kontak|bantu|telfon) (?:saya|aku|gue|gw|kami|balik)",
        r"(?:ada |apakah ada )(?:orang|manusia|seseorang|petugas|cs)(?: .{0,30})?$|(?:seseorang|orang|manajer|cs|petugas|manager|supervisor) (?:\w+ )?(?:bisa|tolong|harus|hubungi|menghubungi|telepon|menelepon|bantu) (?:\w+ )?(?:telepon|telpon|hubungi|bantu|saya|menghubungi|menelepon)|(?:dengan siapa|kemana|ke mana|ke siapa|dimana) (?:saya )?(?:bisa|harus|dapat) (?:\w+ )?(?:bicara|komplain|menghubungi|telepon|mengadu|lapor|hubungi)|(?:mengajukan|buat|membuat|ajukan) (?:komplain|keluhan|pengaduan)|saya tunggu telepon",
        r"(?:bukan|jangan|tidak mau|gak mau) (?:dengan |sama |pakai )?(?:bot|robot|mesin)$|(?:operator|orang|manusia|cs|petugas) (?:asli |beneran )?(?:tolong|dong|please|ya|sungguhan)$|ini (?:bot|robot|manusia)",
    ),
    human_fine=(
        r"(?:tidak ada|tidak|gak|ga|nggak|belum|tak|janji|katanya|susah|sulit|mudah|senang|tidak pernah|akhirnya|gampang|berjam jam|ga ada|gak ada) (?:\w+ ){0,3}?(?:telepon|telpon|hubungi|menghubungi|dihubungi|ditelepon|menelepon|dibantu|membantu|bantu|bicara|berbicara|respon\w*|kontak|tersambung|perlu bantuan)(?: (?:saya|dengan|sama))*",
        r"(?:petugas|agen|cs|cs nya|csnya|stafnya|operator|dia|mereka|mbaknya|masnya)(?:nya)? (?:sangat |sudah |udah |langsung |yang |telah |cepat )*(?:ramah|baik|membantu|menghubungi|menelepon|telepon|sopan|bagus|kasar|lambat|jelek|cepat|responsif|bantu)|(?:sudah|udah) (?:dibantu|bicara|dihubungi|ditelepon)",
    ),
    skip="lewati, lewat, lanjut ke berikutnya, skip, pass, berikutnya, selanjutnya, tidak ada komentar, no comment, tanpa komentar, tidak mau jawab, nanti, nanti saja, jangan sekarang, tidak tahu, gak tau, ga tau, tidak ada, rahasia, lewatkan, pertanyaan berikutnya, skip aja",
    corrects="""maksud saya, maksudku, maksudnya, maksud sy, maksud gue, saya maksud, mau bilang, harusnya, seharusnya, ralat, koreksi, diralat, ubah jadi, ubah ke, ubah menjadi, ganti jadi, ganti ke, ganti menjadi, ganti nilai jadi, ubah nilai jadi, ubah nilai saya jadi, ganti nilai saya jadi, tolong ubah jadi, tolong ganti jadi, diubah jadi, diganti jadi, jadikan, jadi, salah ketik, salah pencet, salah tekan, typo, salah tulis, kepencet, tidak sengaja, yang benar, yang bener, sebenarnya, lebih tepatnya, mending, saya ubah jadi""",
    corrects_weak="maaf, sori, sorry, eh, ups, oops, bukan, bukan bukan, tunggu, tunggu dulu, bentar, tidak, salah, aduh, oh, ah, eh salah, maaf salah, waduh, hmm, ga jadi, eh bukan",
)
